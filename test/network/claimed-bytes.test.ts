import { join } from 'node:path'
import Hypercore from 'hypercore'
import t, { type Test } from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { type DownloadJob, Downloads } from '../../subscriber/following/downloads.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { type TestNode, testNetwork } from '../support/network.ts'
import { numberedIssue } from '../support/numbered-issue.ts'
import { appendRawIssue, rawEntry } from '../support/raw-index.ts'
import { until } from '../support/until.ts'

const MANY = 40
/** An issue of nearly 2 GiB, which is 32,764 blocks. */
const CLAIMED = [2 ** 30 - 131_072, 2 ** 30 - 131_072]
const CAP_BYTES = 1_000_000
/** Of an issue, whether each of its five parts is here, some times over. */
const QUESTIONS = 100
/** Of few issues, by each of those who look. */
const PARTS_IN_A_TURN = 40

t.test('issues that claim gigabytes of which no byte exists keep a reader from nothing else', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'author'), network.bootstrap)
  t.teardown(() => author.close())
  const reader = await network.open('reader')
  const asked = countQuestions(t)
  const looked = countInTurns(t)
  const waiting = waitingJobs(t)

  await reader.client.subscribe({ body: { address: author.address } })
  await author.append(Array.from({ length: MANY }, (_, i) => numberedIssue(author, i + 1, CLAIMED)).flat())
  await until('all are on their way', () => waiting.jobs.size === MANY, () => waiting.jobs.size)
  t.ok(asked.times <= QUESTIONS * MANY, 'no block is asked for by itself', { most: QUESTIONS * MANY })
  t.ok(looked.most <= PARTS_IN_A_TURN, 'few issues are looked at in one turn as they come', { parts: looked.most })

  looked.most = waiting.removed = 0
  await reader.client.setPolicy({ params: { newsletter: author.address }, body: { ...EVERYTHING, last: MANY } })
  t.ok(asked.times <= QUESTIONS * MANY, 'no block is asked for by itself, either, when a policy is applied', { most: QUESTIONS * MANY })
  t.ok(looked.most <= PARTS_IN_A_TURN, 'few issues are looked at in one turn when a policy is applied', { parts: looked.most })
  t.equal(waiting.removed, 0, 'what is on its way as it is wanted is not given up')

  await reader.client.setPolicy({ params: { newsletter: author.address }, body: { ...EVERYTHING, last: 1 } })
  await until('what is left out no longer waits', () => waiting.jobs.size === 1, () => waiting.jobs.size)
})

t.test('an index of which a writer claims what nobody has takes nothing from what is held', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'author'), network.bootstrap)
  t.teardown(() => author.close())
  const [keeper, reader] = [await network.open('keeper'), await network.open('reader')]
  const { address } = author
  const [first, second] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date())]
  await author.publish(first, {})
  await keeper.client.keepNewsletter({ body: { address, maxDiskBytes: CAP_BYTES } })
  await reader.client.subscribe({ body: { address } })
  await reader.client.setPolicy({ params: { newsletter: address }, body: { ...EVERYTHING, maxDiskBytes: CAP_BYTES } })
  const stateOf = async ({ client }: TestNode, id: string): Promise<string | null> => (
    (await client.getIssue({ params: { issue: `${id}@${address}` } }).catch(() => null))?.issue.state ?? null
  )
  const untilReady = async (...ids: string[]): Promise<void> => {
    for (const node of [keeper, reader]) for (const id of ids) await until('it is ready', async () => await stateOf(node, id) === 'ready', () => stateOf(node, id))
  }
  await untilReady(first)

  for (const node of [keeper, reader]) await node.stop() // else some of it is here before there is none
  await author.claimIndex(40, CAP_BYTES / 20)
  await author.appendRaw([rawEntry('/a', { blob: null, metadata: null })])
  await appendRawIssue(author, second, { manifest: { number: 2, publishedAt: '2026-02-01T00:00:00.000Z' } })
  for (const node of [keeper, reader]) await node.restart()
  await untilReady(first, second)
  for (const node of [keeper, reader]) await node.restart()
  await untilReady(first, second)
  const { usedBytes } = await keeper.client.listKept()
  t.ok(usedBytes < CAP_BYTES, `${usedBytes} bytes are used`)
})

/** How often it was asked of a block, or of several, whether they are here. */
function countQuestions (t: Test): { times: number } {
  const asked = { times: 0 }
  const { has } = Hypercore.prototype
  t.intercept(Hypercore.prototype, 'has', { value: async function (this: Hypercore, ...args: Parameters<typeof has>): ReturnType<typeof has> {
    asked.times++
    return await has.apply(this, args)
  } })
  return asked
}

/** The most parts of issues that were looked for in one turn of the event loop. */
function countInTurns (t: Test): { most: number } {
  const counted = { most: 0 }
  const { here } = DriveReader.prototype
  let parts = 0
  t.intercept(DriveReader.prototype, 'here', { value: async function (this: DriveReader, ...args: Parameters<typeof here>): ReturnType<typeof here> {
    if (parts === 0) setImmediate(() => { parts = 0 })
    counted.most = Math.max(counted.most, ++parts)
    return await here.apply(this, args)
  } })
  return counted
}

/** What waits to be fetched, or is, and how many were taken out of it. */
function waitingJobs (t: Test): { jobs: Set<DownloadJob>, removed: number } {
  const waiting = { jobs: new Set<DownloadJob>(), removed: 0 }
  const { add, remove, removeDrive } = Downloads.prototype
  t.intercept(Downloads.prototype, 'add', { value: function (this: Downloads, job: DownloadJob): void {
    waiting.jobs.add(job)
    add.call(this, job)
  } })
  t.intercept(Downloads.prototype, 'remove', { value: function (this: Downloads, job: DownloadJob): void {
    waiting.removed++
    waiting.jobs.delete(job)
    remove.call(this, job)
  } })
  t.intercept(Downloads.prototype, 'removeDrive', { value: function (this: Downloads, reader: DriveReader): void {
    for (const job of waiting.jobs) if (job.reader === reader) waiting.jobs.delete(job)
    removeDrive.call(this, reader)
  } })
  return waiting
}
