import { join } from 'node:path'
import t from 'tap'
import { createIssueId } from '../../shared/format/id.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { testNetwork } from '../support/network.ts'
import { appendRawIssue } from '../support/raw-index.ts'
import { until } from '../support/until.ts'

/** Room for one small issue. */
const CAP_BYTES = 10_500

t.test('an issue takes nothing of another along when it leaves the disk, wherever its writer let it point', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const [older, newer] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date(Date.UTC(2025, 0, 2)))]
  await author.publish(newer, { manifest: { publishedAt: '2026-02-01T00:00:00.000Z' } })
  const { blobs } = await author.heads()
  const keeper = await network.open('keeper')
  await keeper.client.keepNewsletter({ body: { address: author.address, maxDiskBytes: CAP_BYTES } })
  const refOf = (id: string): { issue: string } => ({ issue: `${id}@${author.address}` })
  const untilState = async (id: string, state: string): Promise<void> => {
    await until(`it is ${state}`, async () => (await keeper.client.getIssue({ params: refOf(id) }).catch(() => null))?.issue.state === state)
  }
  await untilState(newer, 'ready')

  await appendRawIssue(author, older, { manifest: { publishedAt: '2025-02-01T00:00:00.000Z' }, pointer: right => ({ ...right, blockOffset: blobs - 1 }) })
  await untilState(older, 'removed')
  await author.close()
  await keeper.restart()
  t.match(await keeper.client.verifyIssue({ params: refOf(newer) }), { verified: true })
})
