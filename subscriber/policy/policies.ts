import { setTimeout } from 'node:timers/promises'
import { EVERYTHING, type Policy, type PolicyEffect, type PolicySet } from '../../shared/api/policies.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import { Turns } from '../../shared/turns.ts'
import type { Follower } from '../following/follower.ts'
import type { Following } from '../following/following.ts'
import { LookingTurns } from '../following/looking-turns.ts'
import { type IssueKey, refOf } from '../issue-view.ts'
import type { IssueMoment, IssueToHold, LibraryIssue } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import { isLive } from '../subscriptions.ts'
import { ComingRevisions } from './coming-revisions.ts'
import { DuePolicies } from './due-policies.ts'
import { type Extent, partsIn, type Wish } from './extent.ts'
import { Extents } from './extents.ts'
import { issuesToHold } from './issues-to-hold.ts'
import { addEffect, noEffect, Plan, type Step } from './plan.ts'

/** So long may a wish wait, and with it whoever closes a newsletter. */
const MOST_REST_MS = 5_000

export interface PoliciesParts {
  following: Following
  library: Library
  peer: Peer
  /** Who has promised to hold a newsletter holds all of it. */
  isKept: (address: Address) => boolean
  log: Log
}

/** Holds of each subscription what its policy says, and gives the disk back what it leaves out. */
export class Policies {
  #parts: PoliciesParts
  #extents = new Map<Address, Extents>()
  /** One question about a newsletter's extents after the other. */
  #deciding = new Turns()
  /** When a newsletter's extents were last decided anew, and how long that took. */
  #decided = new Map<Address, { endedMs: number, tookMs: number }>()
  #looking = new LookingTurns()
  /** The revisions of issues that were asked for last in this run, by the refs of those. */
  #asked = new Map<string, string>()
  #coming = new ComingRevisions()
  /** What is done with a newsletter's issues, one thing after the other. */
  #turns = new Turns()
  #due: DuePolicies
  #stopping = new AbortController()
  #onProgressed = (address: Address): void => this.#due.look(address)
  #onIssueChanged = ({ newsletter, id }: IssueKey): void => { if (this.#coming.has(newsletter, id)) this.soon(newsletter) }

  constructor (parts: PoliciesParts) {
    const { following, log } = parts
    this.#parts = parts
    this.#due = new DuePolicies({
      log,
      turns: this.#turns,
      isChanging: address => following.has(address) && following.get(address).reading,
      apply: async address => { if (following.has(address) && following.get(address).followed.role === 'subscribed') await this.#apply(address) }
    })
    following.on('progressed', this.#onProgressed)
    following.on('issueChanged', this.#onIssueChanged)
  }

  /** After a start: goes on with what was not done. */
  async resume (): Promise<void> {
    for (const { followed: { address, role } } of this.#parts.following.all) {
      if (role !== 'subscribed') continue
      const { partial, removed } = await this.#parts.library.counts(address)
      if (partial + removed > 0 || !isEverything(this.of(address))) this.soon(address)
    }
  }

  async stop (): Promise<void> {
    this.#parts.following.off('progressed', this.#onProgressed)
    this.#parts.following.off('issueChanged', this.#onIssueChanged)
    this.#stopping.abort()
    await this.#due.stop()
  }

  of (address: Address): Policy {
    const { following, isKept } = this.#parts
    if (isKept(address) || !following.has(address)) return EVERYTHING
    const { followed: { role, policy } } = following.get(address)
    return role === 'subscribed' && policy ? policy : EVERYTHING
  }

  /** What of an issue is to be fetched. */
  async wish (issue: LibraryIssue): Promise<Wish> {
    const policy = this.of(issue.newsletter)
    const textFirst = policy.content === 'textFirst'
    if (isEverything(policy)) return { parts: issue.locations, textFirst }
    const [ref, revision] = [refOf(issue), `${issue.writer} ${issue.seq}`]
    const extent = await this.#deciding.inTurn(issue.newsletter, async () => {
      // Another may have been decided about by this name, which takes less room.
      if (policy.maxDiskBytes !== null && this.#asked.get(ref) !== revision && await this.#takesPlace(issue)) this.#extents.delete(issue.newsletter)
      return await this.#extentOf(issue)
    })
    // For one that has just come older ones may have to go.
    if (this.#asked.get(ref) !== revision) this.soon(issue.newsletter)
    this.#asked.set(ref, revision)
    await this.#looking.turn(issue) // all that have come may have waited for one answer, and a manifest be read of each
    return { parts: partsIn(issue, extent ?? 'whole'), textFirst }
  }

  /** What a policy would do; changes nothing. @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT */
  async effect (address: Address, policy: Policy): Promise<PolicyEffect> {
    const plan = await this.#plan(this.#subscribed(address), policy)
    const effect = noEffect()
    for await (const step of plan.steps()) addEffect(effect, step)
    return effect
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for one that this node has promised to keep */
  async set (address: Address, policy: Policy): Promise<PolicySet> {
    this.#subscribed(address)
    return await this.#turns.inTurn(address, async () => {
      const { following, peer } = this.#parts
      await following.remember(address, { policy })
      const { effect, isLess, missing } = await this.#letGo(address, policy)
      // Measured before anything new comes.
      const freedBytes = isLess ? await peer.compact() : 0
      await this.#fetch(address, missing)
      return { policy, effect, freedBytes }
    })
  }

  /** @throws AppError NOT_COMPLETE for what nobody can fetch */
  async fetch ({ newsletter, id }: IssueKey, fetched: boolean): Promise<void> {
    const { following, library } = this.#parts
    const issue = await library.issue(newsletter, id)
    if (!issue) throw new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
    if (fetched && issue.state === 'notVerified') throw new AppError('NOT_VERIFIED', 'The issue is not verified, so nothing of it is fetched.')
    const { followed } = following.get(newsletter)
    if (fetched && followed.role === 'keeping' && issue.state === 'removed') throw new AppError('CONFLICT', 'It was left out to keep within the cap of what is kept. "colporteur keep --max-disk" raises that.')
    if (fetched && !isLive(followed)) throw new AppError('CONFLICT', followed.paused ? 'The subscription is paused, so nothing of it is fetched. Resume it first.' : 'The newsletter is not followed any more, so nothing of it is fetched. Follow it again first.')
    await library.setFetched(newsletter, id, fetched)
    if (followed.role === 'subscribed') await this.apply(newsletter)
  }

  /** Like {@link fetch}, to be followed by {@link apply}. */
  async want ({ newsletter, id }: IssueKey): Promise<void> {
    await this.#parts.library.setFetched(newsletter, id, true)
  }

  async apply (address: Address): Promise<void> {
    await this.#turns.inTurn(address, () => this.#apply(address))
  }

  /** Something has changed that policies decide by. While an index is being read that goes on changing, so what follows is done once, soon after. */
  soon (address: Address): void { this.#due.soon(address) }

  async #apply (address: Address): Promise<void> {
    const { isLess, missing } = await this.#letGo(address, this.of(address))
    if (isLess) this.#parts.following.compactSoon()
    await this.#fetch(address, missing)
  }

  /** True for a revision that takes the place of another, or has just taken it. */
  async #takesPlace (issue: LibraryIssue): Promise<boolean> {
    const known = await this.#parts.library.issue(issue.newsletter, issue.id)
    const isComing = known !== null && known.revision < issue.revision
    if (isComing) this.#coming.add(issue)
    return isComing || this.#asked.has(refOf(issue))
  }

  async #plan (follower: Follower, policy: Policy): Promise<Plan> {
    const { address } = follower.followed
    const pages = (): AsyncIterable<IssueToHold[]> => issuesToHold(address, this.#parts.library)
    return await Plan.of(this.#beside(follower, policy), { pages, driveOf: writer => follower.drive(writer) })
  }

  /** Takes off the disk what a policy leaves out. @returns what that was, whether anything has left, and what is to be fetched */
  async #letGo (address: Address, policy: Policy): Promise<{ effect: PolicyEffect, isLess: boolean, missing: Step[] }> {
    const follower = this.#parts.following.get(address)
    this.#extents.delete(address)
    const plan = await this.#plan(follower, policy)
    const effect = noEffect()
    const missing: Step[] = []
    for await (const step of plan.steps()) {
      const { issue, wanted, surplusBytes, missingBytes } = step
      addEffect(effect, step)
      const isOnItsWay = issue.state === 'waiting' || issue.state === 'downloading' || follower.isFetching(issue)
      if (isOnItsWay || (wanted.length > 0 && (missingBytes > 0 || issue.state === 'removed'))) missing.push(step)
      if (surplusBytes > 0 || (issue.state === 'ready' && wanted.length < issue.locations.length)) await follower.reduce(issue, wanted, plan.stays(issue.writer))
    }
    return { effect, isLess: effect.freesBytes > 0, missing }
  }

  async #fetch (address: Address, missing: Step[]): Promise<void> {
    const { following } = this.#parts
    const isOver = (): boolean => this.#stopping.signal.aborted || !following.has(address) || !isLive(following.get(address).followed)
    for (const { issue, wanted } of missing) {
      await this.#looking.turn(issue)
      if (isOver()) return
      following.get(address).fetch(issue, { parts: wanted, textFirst: this.of(address).content === 'textFirst' })
    }
    if (!isOver()) following.get(address).reconsider()
  }

  /** What a policy leaves to issues: the index is here whatever it says. */
  #beside ({ indexBytes }: Follower, policy: Policy): Policy {
    const { maxDiskBytes } = policy
    return maxDiskBytes === null ? policy : { ...policy, maxDiskBytes: Math.max(0, maxDiskBytes - indexBytes) }
  }

  async * #pages (newsletter: Address, olderThan: IssueMoment | null = null): AsyncGenerator<IssueToHold[]> {
    for await (const issues of issuesToHold(newsletter, this.#parts.library, olderThan)) yield this.#coming.over(issues)
  }

  async #extentOf ({ newsletter, id }: LibraryIssue): Promise<Extent | undefined> {
    const known = this.#extents.get(newsletter)
    // An index is read from its end on, so what comes is mostly older than what was there.
    if (known && known.of(id) === undefined) for await (const issues of this.#pages(newsletter, known.oldest)) known.decide(issues)
    if (known?.of(id) !== undefined) return known.of(id)
    await this.#rest(newsletter)
    const startedMs = performance.now()
    const extents = new Extents(this.#beside(this.#parts.following.get(newsletter), this.of(newsletter)))
    this.#extents.set(newsletter, extents) // at once, so that a policy that comes meanwhile takes it away again
    try {
      for await (const _ of extents.decideAll(() => this.#pages(newsletter))) { /* decided */ }
    } catch (error) {
      this.#extents.delete(newsletter)
      throw error
    }
    this.#decided.set(newsletter, { endedMs: performance.now(), tookMs: performance.now() - startedMs })
    return extents.of(id)
  }

  /** Of two writers who are read at once, one is always newer than what was decided about: deciding anew has a third of the time, not all of it. */
  async #rest (address: Address): Promise<void> {
    const { endedMs, tookMs } = this.#decided.get(address) ?? { endedMs: 0, tookMs: 0 }
    const restMs = endedMs + Math.min(2 * tookMs, MOST_REST_MS) - performance.now()
    if (restMs > 0) await setTimeout(restMs, undefined, { signal: this.#stopping.signal }).catch(() => {}) // it ends
  }

  #subscribed (address: Address): Follower {
    const { following, isKept } = this.#parts
    const follower = following.get(address)
    if (follower.followed.role === 'own') throw new AppError('CONFLICT', 'This device writes in this newsletter, so it holds all of it.')
    if (follower.followed.role !== 'subscribed') throw new AppError('NEWSLETTER_NOT_FOUND', 'This node has no subscription to that newsletter.')
    if (isKept(address)) throw new AppError('CONFLICT', 'This machine has promised to keep this newsletter for others, so it holds all of it. "colporteur keep" changes that.')
    return follower
  }
}

export function isEverything ({ last, content, attachments, maxDiskBytes }: Policy): boolean {
  return last === null && content !== 'textOnly' && attachments === 'always' && maxDiskBytes === null
}
