import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import type { IssueMoment, IssueToHold, LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { Policies, type PoliciesParts } from '../../subscriber/policy/policies.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const NEWSLETTER = 'a'.repeat(52)
/** A page takes so many turns of the event loop: a few milliseconds. */
const TURNS = 2_000

function numbered (number: number): IssueToHold {
  const publishedAt = new Date(Date.UTC(2000, 0, 1) + number * 3_600_000).toISOString()
  return { newsletter: NEWSLETTER, id: `issue ${number}`, publishedAt, manifest: '', locations: [], saved: false, fetched: false } as unknown as IssueToHold
}

t.test('issues that are each newer than all that were decided about leave most of the time to what brings them', async t => {
  const issues: IssueToHold[] = []
  let decidingMs = 0
  const toHold = async (_newsletter: string, olderThan: unknown): Promise<IssueToHold[]> => {
    if (olderThan !== null) return [] // there is none
    const startedMs = performance.now()
    for (let turn = 0; turn < TURNS; turn++) await setImmediate()
    decidingMs += performance.now() - startedMs
    return [...issues]
  }
  const follower = { followed: { role: 'subscribed', policy: { ...EVERYTHING, last: 5 } }, reading: true }
  const following = Object.assign(new EventEmitter(), { has: () => true, get: () => follower })
  const policies = new Policies({ following, library: { toHold }, isKept: () => false, isSure: () => true, log } as unknown as PoliciesParts)
  const startedMs = performance.now()
  for (let number = 0; number < 8; number++) {
    issues.unshift(numbered(number))
    await policies.wish(issues[0] as LibraryIssue)
  }
  const share = decidingMs / (performance.now() - startedMs)
  t.ok(share < 0.6, `deciding took ${share.toFixed(2)} of the time`)
  await policies.stop()
})

/** A revision of so many bytes; the higher its number, the younger the issue. */
function revised (number: number, byteLength: number, revision = 1): LibraryIssue {
  const locations = [{ path: 'body.md', blockOffset: 0, blockLength: 1, byteOffset: 0, byteLength }]
  return { ...numbered(number) as unknown as LibraryIssue, writer: 'w1', seq: number * 10 + revision, revision, state: 'ready', locations }
}

interface Stage {
  policies: Policies
  /** What the library has, the newest first. */
  issues: LibraryIssue[]
  following: EventEmitter
  follower: { reading: boolean, closing: Promise<void> | null }
  /** How often all issues were read to decide about them, and policies were applied. */
  times: { read: number, applied: number }
  /** How many parts are wanted. */
  wanted: (issue: LibraryIssue) => Promise<number>
}

function stage (issues: LibraryIssue[], maxDiskBytes: number): Stage {
  const times = { read: 0, applied: 0 }
  const toHold = async (_newsletter: string, olderThan: IssueMoment | null): Promise<LibraryIssue[]> => {
    if (olderThan === null) times.read++
    return issues.filter(({ publishedAt }) => olderThan === null || publishedAt < olderThan.publishedAt)
  }
  const follower = {
    followed: { address: NEWSLETTER, role: 'subscribed', policy: { ...EVERYTHING, maxDiskBytes } },
    reading: false,
    closing: null,
    indexBytes: 0,
    drive: () => null,
    reduce: async () => {},
    fetch: () => {},
    isFetching: () => false,
    reconsider: () => { times.applied++ }
  }
  const following = Object.assign(new EventEmitter(), { has: () => true, get: () => follower, compactSoon: () => {} })
  const library = { toHold, issue: async (_newsletter: string, id: string) => issues.find(issue => issue.id === id) ?? null }
  const policies = new Policies({ following, library, isKept: () => false, isSure: () => true, log } as unknown as PoliciesParts)
  return { policies, issues, following, follower, times, wanted: async issue => (await policies.wish(issue)).parts.length }
}

t.test('what can be read stays as it was planned while a correction of it is coming for which there is no room', async t => {
  const { policies, times, wanted } = stage([revised(2, 5_000), revised(1, 1_000)], 10_000)
  t.equal(await wanted(revised(2, 15_000, 2)), 0)
  await until('the policy is applied', () => times.applied === 1)
  t.equal(await wanted(revised(2, 5_000)), 1)
  await policies.apply(NEWSLETTER)
  t.equal(times.applied, 2, 'and nothing has to be done for it')
  await policies.stop()
})

t.test('a correction that will not come leaves its room to others', async t => {
  const { policies, times, wanted } = stage([revised(2, 5_000), revised(1, 10_000)], 20_000)
  const correction = revised(2, 15_000, 2)
  t.equal(await wanted(correction), 1)
  t.equal(await wanted(revised(1, 10_000)), 0)
  await policies.apply(NEWSLETTER)
  const { applied } = times
  policies.correctionOver(correction)
  await until('the policy is applied once more', () => times.applied > applied)
  t.equal(await wanted(revised(1, 10_000)), 1)
  await policies.stop()
})

t.test('of many that were corrected at once all are decided about at once', async t => {
  const waiting = Array.from({ length: 20 }, (_, i) => revised(20 - i, 5_000))
  const { policies, issues, follower, times, wanted } = stage(waiting, 1_000_000)
  follower.reading = true // until then no policy is applied
  for (const issue of [...issues]) await wanted(issue)
  issues.splice(0, Infinity, ...issues.map((_, i) => revised(20 - i, 6_000 + i, 2)))
  times.read = 0
  for (const issue of issues) t.equal(await wanted(issue), 1)
  t.ok(times.read <= 2, `all issues were read ${times.read} times`)
  await policies.stop()
})

t.test('who closes a newsletter does not wait until all that waits was decided about', async t => {
  const { policies, issues, follower, times, wanted } = stage(Array.from({ length: 20 }, (_, i) => revised(20 - i, 5_000)), 1_000_000)
  follower.closing = Promise.resolve()
  await Promise.all(issues.map(issue => wanted(issue)))
  t.equal(times.read, 0)
  await policies.stop()
})

t.test('nothing is left of a newsletter that is followed no longer', async t => {
  const issue = revised(1, 5_000)
  const { policies, following, times, wanted } = stage([issue], 10_000)
  await wanted(issue)
  await until('the policy is applied', () => times.applied === 1)
  following.emit('newsletterRemoved', NEWSLETTER)
  await wanted(issue)
  await policies.apply(NEWSLETTER)
  t.equal(times.applied, 3, 'it is new again')
  await policies.stop()
})
