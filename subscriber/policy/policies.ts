import { EVERYTHING, type Policy, type PolicyEffect, type PolicySet } from '../../shared/api/policies.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import { Turns } from '../../shared/turns.ts'
import type { Follower } from '../following/follower.ts'
import type { Following } from '../following/following.ts'
import { type IssueKey, refOf } from '../issue-view.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import { isLive } from '../subscriptions.ts'
import { type Extent, partsIn, type Wish } from './extent.ts'
import { extentsOf } from './extents-of.ts'
import { effectOf, planOf, type Step, wantedBlocks } from './plan.ts'

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
  #extents = new Map<Address, Promise<Map<string, Extent>>>()
  /** Issues that were asked for in this run, by their refs. */
  #asked = new Set<string>()
  /** What is done with a newsletter's issues, one thing after the other. */
  #turns = new Turns()
  #due = new Set<Address>()
  #working = new Set<Promise<void>>()
  #stopped = false

  constructor (parts: PoliciesParts) {
    this.#parts = parts
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
    this.#stopped = true
    await Promise.all(this.#working)
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
    let extent = (await this.#extentsOf(issue.newsletter)).get(issue.id)
    if (extent === undefined) {
      this.#extents.delete(issue.newsletter)
      extent = (await this.#extentsOf(issue.newsletter)).get(issue.id)
    }
    // For one that has just come older ones may have to go.
    if (!this.#asked.has(refOf(issue))) this.soon(issue.newsletter)
    this.#asked.add(refOf(issue))
    return { parts: partsIn(issue, extent ?? 'whole'), textFirst }
  }

  /** What a policy would do; changes nothing. @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT */
  async effect (address: Address, policy: Policy): Promise<PolicyEffect> {
    const follower = this.#subscribed(address)
    return effectOf(await this.#plan(follower, policy))
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for one that this node has promised to keep */
  async set (address: Address, policy: Policy): Promise<PolicySet> {
    this.#subscribed(address)
    return await this.#turns.inTurn(address, async () => {
      const { following, peer } = this.#parts
      await following.remember(address, { policy })
      const steps = await this.#plan(following.get(address), policy)
      const isLess = await this.#letGo(address, steps)
      // Measured before anything new comes.
      const freedBytes = isLess ? await peer.compact() : 0
      this.#fetch(address, steps)
      return { policy, effect: effectOf(steps), freedBytes }
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

  /** Something has changed that policies decide by. */
  soon (address: Address): void {
    if (this.#stopped || this.#due.has(address)) return
    this.#due.add(address)
    const working = this.#turns.inTurn(address, async () => {
      this.#due.delete(address)
      const { following } = this.#parts
      if (!this.#stopped && following.has(address) && following.get(address).followed.role === 'subscribed') await this.#apply(address)
    }).catch((error: unknown) => {
      if (!this.#stopped) this.#parts.log.error({ error: messageOf(error) }, 'applying a policy')
    }).finally(() => this.#working.delete(working))
    this.#working.add(working)
  }

  async #apply (address: Address): Promise<void> {
    const steps = await this.#plan(this.#parts.following.get(address), this.of(address))
    if (await this.#letGo(address, steps)) this.#parts.following.compactSoon()
    this.#fetch(address, steps)
  }

  async #plan (follower: Follower, policy: Policy): Promise<Step[]> {
    const issues = await this.#parts.library.toHold(follower.followed.address)
    return await planOf(issues, extentsOf(policy, issues), writer => follower.drive(writer))
  }

  /** True when something has left. */
  async #letGo (address: Address, steps: Step[]): Promise<boolean> {
    this.#extents.delete(address)
    const follower = this.#parts.following.get(address)
    const stays = new Map([...new Set(steps.map(({ issue }) => issue.writer))].map(writer => [writer, wantedBlocks(steps, writer)]))
    let isLess = false
    for (const { issue, wanted, surplusBytes } of steps) {
      if (surplusBytes === 0 && !(issue.state === 'ready' && wanted.length < issue.locations.length)) continue
      isLess ||= surplusBytes > 0
      await follower.reduce(issue, wanted, stays.get(issue.writer)!)
    }
    return isLess
  }

  #fetch (address: Address, steps: Step[]): void {
    const follower = this.#parts.following.get(address)
    if (!isLive(follower.followed)) return
    for (const { issue, wanted, missingBytes } of steps) {
      const isOnItsWay = issue.state === 'waiting' || issue.state === 'downloading'
      if (isOnItsWay || (wanted.length > 0 && (missingBytes > 0 || issue.state === 'removed'))) follower.fetch(issue)
    }
  }

  async #extentsOf (address: Address): Promise<Map<string, Extent>> {
    const known = this.#extents.get(address)
    if (known) return await known
    const extents = this.#parts.library.toHold(address).then(issues => extentsOf(this.of(address), issues))
    this.#extents.set(address, extents)
    extents.catch(() => this.#extents.delete(address)) // told to who asked; the next one tries again
    return await extents
  }

  #subscribed (address: Address): Follower {
    const { following, isKept } = this.#parts
    const follower = following.get(address)
    if (follower.followed.role !== 'subscribed') throw new AppError('NEWSLETTER_NOT_FOUND', 'This node has no subscription to that newsletter.')
    if (isKept(address)) throw new AppError('CONFLICT', 'This machine has promised to keep this newsletter for others, so it holds all of it. "colporteur keep" changes that.')
    return follower
  }
}

export function isEverything ({ last, content, attachments, maxDiskBytes }: Policy): boolean {
  return last === null && content !== 'textOnly' && attachments === 'always' && maxDiskBytes === null
}
