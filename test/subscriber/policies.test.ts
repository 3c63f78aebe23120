import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import type { IssueToHold, LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { Policies, type PoliciesParts } from '../../subscriber/policy/policies.ts'
import { log } from '../support/network.ts'

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
  const policies = new Policies({ following, library: { toHold }, isKept: () => false, log } as unknown as PoliciesParts)
  const startedMs = performance.now()
  for (let number = 0; number < 8; number++) {
    issues.unshift(numbered(number))
    await policies.wish(issues[0] as LibraryIssue)
  }
  const share = decidingMs / (performance.now() - startedMs)
  t.ok(share < 0.6, `deciding took ${share.toFixed(2)} of the time`)
  await policies.stop()
})
