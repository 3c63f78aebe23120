import t, { type Test } from 'tap'
import { AppError } from '../../shared/errors.ts'
import { Library } from '../../subscriber/library/library.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { until } from '../support/until.ts'

const FAILURES = 1

/** What the next calls of a method of any library of this process come to. */
function failNext (t: Test, method: 'offerIssues' | 'updateIssue'): { failed: () => number } {
  const works = Library.prototype[method] as (...args: unknown[]) => Promise<never>
  let failed = 0
  Library.prototype[method] = async function (this: Library, ...args: unknown[]) {
    if (failed === FAILURES) return await works.apply(this, args)
    failed++
    throw new AppError('DISK_FULL', 'There is no room.')
  }
  t.teardown(() => { Library.prototype[method] = works })
  return { failed: () => failed }
}

for (const method of ['offerIssues', 'updateIssue'] as const) {
  t.test(`an issue is read after all when the disk was full for a moment (${method})`, async t => {
    const network = await testNetwork(t)
    const author = await network.open('author')
    const newsletter = await createNewsletter(author, 'Narrow')
    await publishIssues(author, newsletter, 1)
    await until('its author has it', async () => (await author.client.listIssues({ params: { newsletter }, query: {} })).issues[0]?.state === 'ready')
    const reader = await network.open('reader')
    const { failed } = failNext(t, method)
    await reader.client.subscribe({ body: { address: newsletter } })
    await untilComplete(reader, newsletter, 1)
    t.equal(failed(), FAILURES)
  })
}
