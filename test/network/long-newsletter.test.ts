import { join } from 'node:path'
import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { Library } from '../../subscriber/library/library.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { testNetwork, untilProgress } from '../support/network.ts'
import { numberedIssue } from '../support/numbered-issue.ts'
import { until } from '../support/until.ts'

const MANY = 600
const HELD = 5
/** To decide what is fetched as it comes, and what is let go of in the end: a few times each. It was some hundred times. */
const READINGS = 20

t.test('of a long newsletter, of which a policy holds the newest issues, no issue is read again and again', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'author'), network.bootstrap)
  t.teardown(() => author.close())
  const reader = await network.open('reader')
  const { toHold } = Library.prototype
  let read = 0
  t.teardown(() => { Library.prototype.toHold = toHold })
  Library.prototype.toHold = async function (...args): ReturnType<typeof toHold> {
    const issues = await toHold.apply(this, args)
    read += issues.length
    return issues
  }
  await reader.client.subscribe({ body: { address: author.address } })
  await reader.client.setPolicy({ params: { newsletter: author.address }, body: { ...EVERYTHING, last: HELD } })
  await author.append(Array.from({ length: MANY }, (_, i) => numberedIssue(author, i + 1)).flat())
  await untilProgress(reader, author.address, 'the newest are held and all others left out', ({ issues: { ready, removed } }) => ready === HELD && removed === MANY - HELD)
  t.ok(read <= READINGS * MANY, 'issues read', { read, most: READINGS * MANY })
  read = 0
  await reader.client.prepare({ body: {} })
  await until('what is unread is told of', async () => (await reader.client.getPreparation()).preparation?.issues.unread === MANY)
  await until('the policy was applied once more', () => read > 0)
  await reader.client.setPolicy({ params: { newsletter: author.address }, body: { ...EVERYTHING, last: HELD } }) // in its turn, after that
  t.ok(read <= READINGS * MANY, 'issues read, as of each somebody asked whether it is left out', { read, most: READINGS * MANY })
  const { issues } = await reader.client.listIssues({ params: { newsletter: author.address }, query: {} })
  t.strictSame(issues.slice(0, HELD + 1).map(({ number, state }) => [number, state]),
    Array.from({ length: HELD + 1 }, (_, i) => [MANY - i, i < HELD ? 'ready' : 'removed']))
})
