import { EVERYTHING, type Policy, type PolicyEffect, type PolicySet } from '../../shared/api/policies.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import { Turns } from '../../shared/turns.ts'
import type { Follower } from '../following/follower.ts'
import type { Following } from '../following/following.ts'
import { LookingTurns } from '../following/looking-turns.ts'
import type { IssueKey } from '../issue-view.ts'
import type { IssueToHold, LibraryIssue } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import { isLive } from '../subscriptions.ts'
import { besideIndex } from './beside-index.ts'
import { DuePolicies } from './due-policies.ts'
import type { Wish } from './extent.ts'
import { isEverything } from './is-everything.ts'
import { issuesToHold } from './issues-to-hold.ts'
import { addEffect, noEffect, Plan, type Step } from './plan.ts'
import { Wishes } from './wishes.ts'

export interface PoliciesParts {
  following: Following
  library: Library
  peer: Peer
  /** Who has promised to hold a newsletter holds all of it. */
  isKept: (address: Address) => boolean
  /** False: its policy may want less than the person has said, so that nothing leaves the disk for it. */
  isSure: (address: Address) => boolean
  log: Log
}

/** Holds of each subscription what its policy says, and gives the disk back what it leaves out. */
export class Policies {
  #parts: PoliciesParts
  #wishes: Wishes
  #looking = new LookingTurns()
  /** What is done with a newsletter's issues, one thing after the other. */
  #turns = new Turns()
  #due: DuePolicies
  #stopping = new AbortController()
  #onProgressed = (address: Address): void => this.#due.look(address)
  #onIssueChanged = (key: IssueKey): void => this.#inBackground(this.#wishes.issueChanged(key))
  #onRemoved = (address: Address): void => this.#wishes.forget(address)

  constructor (parts: PoliciesParts) {
    const { following, log } = parts
    this.#parts = parts
    this.#wishes = new Wishes({ ...parts, policyOf: address => this.of(address), onChanged: address => this.soon(address) })
    this.#due = new DuePolicies({
      log,
      turns: this.#turns,
      isChanging: address => following.has(address) && following.get(address).reading,
      apply: async address => { if (following.has(address) && following.get(address).followed.role === 'subscribed') await this.#apply(address) }
    })
    following.on('progressed', this.#onProgressed)
    following.on('issueChanged', this.#onIssueChanged)
    following.on('newsletterRemoved', this.#onRemoved)
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
    const { following } = this.#parts
    following.off('progressed', this.#onProgressed)
    following.off('issueChanged', this.#onIssueChanged)
    following.off('newsletterRemoved', this.#onRemoved)
    this.#stopping.abort()
    this.#wishes.stop()
    await this.#due.stop()
  }

  of (address: Address): Policy {
    const { following, isKept } = this.#parts
    if (isKept(address) || !following.has(address)) return EVERYTHING
    const { followed: { role, policy } } = following.get(address)
    return role === 'subscribed' && policy ? policy : EVERYTHING
  }

  /** What of an issue is to be fetched. */
  async wish (issue: LibraryIssue): Promise<Wish> { return await this.#wishes.of(issue) }

  /** A revision that was to take the place of another has done so, or will not. */
  correctionOver (issue: LibraryIssue): void { this.#inBackground(this.#wishes.correctionOver(issue)) }

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
      const { following, peer, isSure } = this.#parts
      await following.remember(address, { policy, ...(!isSure(address) && { policySaid: true }) })
      const { effect, isLess, missing } = await this.#letGo(address, policy, true)
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
    const { isLess, missing } = await this.#letGo(address, this.of(address), this.#parts.isSure(address))
    if (isLess) this.#parts.following.compactSoon()
    await this.#fetch(address, missing)
  }

  async #plan (follower: Follower, policy: Policy): Promise<Plan> {
    const { address } = follower.followed
    const pages = (): AsyncIterable<IssueToHold[]> => issuesToHold(address, this.#parts.library)
    return await Plan.of(besideIndex(follower, policy), { pages, driveOf: writer => follower.drive(writer) })
  }

  /** Takes off the disk what a policy leaves out. @returns what that was, whether anything has left, and what is to be fetched */
  async #letGo (address: Address, policy: Policy, isSure: boolean): Promise<{ effect: PolicyEffect, isLess: boolean, missing: Step[] }> {
    const follower = this.#parts.following.get(address)
    this.#wishes.decideAnew(address)
    const plan = await this.#plan(follower, policy)
    this.#wishes.plan(address, plan.extents)
    const effect = noEffect()
    const missing: Step[] = []
    for await (const step of plan.steps()) {
      const { issue, wanted, surplusBytes, missingBytes } = step
      addEffect(effect, step)
      const isOnItsWay = issue.state === 'waiting' || issue.state === 'downloading' || follower.isFetching(issue)
      if (isOnItsWay || (wanted.length > 0 && (missingBytes > 0 || issue.state === 'removed'))) missing.push(step)
      if (!isSure) continue
      if (surplusBytes > 0 || (issue.state === 'ready' && wanted.length < issue.locations.length)) await follower.reduce(issue, wanted, plan.stays(issue.writer))
    }
    return { effect, isLess: isSure && effect.freesBytes > 0, missing }
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

  #subscribed (address: Address): Follower {
    const { following, isKept } = this.#parts
    const follower = following.get(address)
    if (follower.followed.role === 'own') throw new AppError('CONFLICT', 'This device writes in this newsletter, so it holds all of it.')
    if (follower.followed.role !== 'subscribed') throw new AppError('NEWSLETTER_NOT_FOUND', 'This node has no subscription to that newsletter.')
    if (isKept(address)) throw new AppError('CONFLICT', 'This machine has promised to keep this newsletter for others, so it holds all of it. "colporteur keep" changes that.')
    return follower
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => { if (!this.#stopping.signal.aborted) this.#parts.log.error({ error: messageOf(error) }, 'looking at a correction') })
  }
}
