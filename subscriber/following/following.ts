import { AppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { Resource } from '../../shared/resource.ts'
import { Turns } from '../../shared/turns.ts'
import type { IssueKey } from '../issue-view.ts'
import { type Carried, type Followed, isLive, lastingOf, readsOnIn, type Subscriptions } from '../subscriptions.ts'
import { aFewAtOnce } from './a-few-at-once.ts'
import { Choices } from './choices.ts'
import { Compacting } from './compacting.ts'
import { Downloads } from './downloads.ts'
import { Follower } from './follower.ts'
import type { FollowerParts } from './follower-parts.ts'
import { ProgressNews } from './progress-news.ts'
import { Repairs } from './repairs.ts'
import { Resting } from './resting.ts'
import type { ScrubTiming } from './scrubbing.ts'

const STARTED_AT_ONCE = 16

export interface FollowingParts extends Omit<FollowerParts, 'downloads' | 'compacting'> {
  subscriptions: Subscriptions
  /** Ends what goes on with a newsletter only as long as it is not followed. */
  endLooking: (address: Address) => Promise<void>
  /** When everything that is here is read through; `file`: what remembers it. */
  scrub: { file: string, timing?: ScrubTiming | undefined }
  /** See {@link Compacting}. */
  compactionDueFile: string
}

interface FollowingEvents {
  newsletterChanged: [address: Address]
  newsletterRemoved: [address: Address]
  issueChanged: [key: IssueKey]
  progressed: [address: Address]
}

/** All newsletters that this node follows. */
export class Following extends Resource<FollowingEvents> {
  #parts: FollowingParts
  #downloads = new Downloads()
  #compacting: Compacting
  #followers = new Map<Address, Follower>()
  #begun = new Set<Address>()
  /** What a newsletter becomes, one thing after the other. */
  #turns = new Turns()
  #choices: Choices
  #repairs: Repairs
  #resting: Resting
  #progress = new ProgressNews(address => { if (this.has(address)) this.emit('progressed', address) })
  #onRootChanged = (address: Address): void => this.#inBackground(this.#followers.get(address)?.rootChanged())
  #onRootRefused = (address: Address, error: AppError): void => this.#inBackground(this.#followers.get(address)?.rootRefused(error))
  #onConfirmed = (address: Address): void => { if (this.has(address)) this.emit('newsletterChanged', address) }
  #onPeersChanged = (address: Address): void => this.#progress.add(address)

  constructor (parts: FollowingParts) {
    super()
    this.#parts = parts
    this.#choices = new Choices({
      ...parts, followerOf: address => this.get(address), onChanged: address => this.emit('newsletterChanged', address), onProgress: address => this.#progress.add(address)
    })
    this.#compacting = new Compacting({ ...parts, dueFile: parts.compactionDueFile })
    this.#repairs = new Repairs({ ...parts, followers: () => this.all })
    this.#resting = new Resting({ ...parts, followers: () => this.#followers })
  }

  protected override async _open (): Promise<void> {
    const { library, meeting, receipts, subscriptions } = this.#parts
    receipts.on('beaconsChanged', this.#onConfirmed)
    meeting.on('rootChanged', this.#onRootChanged)
    meeting.on('rootRefused', this.#onRootRefused)
    meeting.on('peersChanged', this.#onPeersChanged)
    const subscribed = await subscriptions.load(() => this.#fromLibrary())
    // Who follows a thousand meets others about the liveliest first.
    const places = new Map((await library.byActivity()).map((address, place) => [address, place]))
    const placeOf = ({ address }: Followed): number => places.get(address) ?? -1
    await this.#resting.ready()
    await this.#repairs.ready() // what is damaged shows as soon as a drive is read
    await aFewAtOnce(subscribed.sort((a, b) => placeOf(a) - placeOf(b)), STARTED_AT_ONCE, async followed => { if (!this.closing) await this.#start(followed) })
    // One that can not be dropped as yet keeps nothing else from starting.
    const later = (error: unknown): void => this.#parts.log.error({ error: messageOf(error) }, 'dropping what was ended')
    for (const { address, leaving } of subscribed) if (leaving && !this.closing) await this.unfollow(address).catch(later)
    await this.#compacting.ready()
  }

  protected override async _close (): Promise<void> {
    const { meeting, receipts } = this.#parts
    receipts.off('beaconsChanged', this.#onConfirmed)
    meeting.off('rootChanged', this.#onRootChanged)
    meeting.off('rootRefused', this.#onRootRefused)
    meeting.off('peersChanged', this.#onPeersChanged)
    this.#progress.close()
    const repairs = this.#repairs.close() // it may wait for what ends with a follower
    await this.#resting.close()
    await Promise.all([...this.#followers.values()].map(follower => follower.close()))
    await repairs
    await this.#compacting.close()
  }

  /** What the library knows of the newsletters that were followed. Not whether they may be spoken of: so they are not. */
  async #fromLibrary (): Promise<Followed[]> {
    return (await this.#parts.library.newsletters()).map(({ address, role, subscribed, addedAt }) => (
      { address, role, since: addedAt, ...readsOnIn(role, null, subscribed), receipts: false, announce: false }
    ))
  }

  get all (): Follower[] { return [...this.#followers.values()] }
  /** Those of which the library knows at least the address. */
  get begun (): Follower[] { return this.all.filter(({ followed: { address } }) => this.#begun.has(address)) }

  has (address: Address): boolean { return this.#followers.has(address) }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  get (address: Address): Follower {
    const follower = this.#followers.get(address)
    if (!follower) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    return follower
  }

  /** Like {@link get}, when it has taken over what the root said last. */
  async withRoot (address: Address): Promise<Follower> {
    const follower = this.get(address)
    await follower.applied
    return follower
  }

  /** Empties the library's index, and reads every drive again; gives how many newsletters that were. */
  async reindex (): Promise<number> {
    await Promise.all(this.all.map(follower => follower.pause()))
    await this.#parts.library.clearIndex()
    await Promise.all(this.all.map(follower => follower.reindex()))
    return this.all.length
  }

  /** Follows a newsletter from now on, or in another role than before; what is said of it counts from the first moment. */
  async follow (address: Address, role: Followed['role'], choice: Carried = {}): Promise<void> {
    await this.#turns.inTurn(address, async () => await this.#follow(address, role, choice))
  }

  async #follow (address: Address, role: Followed['role'], carried: Carried): Promise<void> {
    const known = this.#parts.subscriptions.get(address)
    const before = known?.leaving ? null : known // nothing is left of that one
    const reading = readsOnIn(role, before, carried.readsOn)
    if (before?.role === role && before.readsOn === reading.readsOn && this.has(address)) {
      if (carried.receipts !== undefined) await this.#choices.tellReceipts(address, carried.receipts)
      if (carried.announce !== undefined) await this.#choices.announce(address, carried.announce)
      return
    }
    const since = before && before.role !== 'unsubscribed' ? before.since : new Date().toISOString()
    await this.#become({ address, role, since, ...reading, ...(carried.paused && { paused: true }), ...lastingOf(before ?? {}, carried) })
  }

  /** Does something with a newsletter that nobody follows, so that nobody does before it is over. Null: it is followed, and that was not done. */
  async unlessFollowed<T> (address: Address, work: () => Promise<T>): Promise<T | null> {
    return await this.#turns.inTurn(address, async () => this.has(address) ? null : await work())
  }

  /** Looks for nothing new of a newsletter, or does so again. What is here can be read meanwhile. */
  async pause (address: Address, paused: boolean): Promise<void> {
    await this.#turns.inTurn(address, async () => {
      const { followed: { paused: before = false, ...followed } } = this.get(address)
      if (before !== paused) await this.#become({ ...followed, ...(paused && { paused }) })
    })
  }

  /** Says, as a reader, what is held of a newsletter, or (false) takes that back and says nothing. */
  async tellReceipts (address: Address, receipts: boolean): Promise<void> {
    await this.#turns.inTurn(address, async () => await this.#choices.tellReceipts(address, receipts))
  }

  /** Lets whoever looks for a newsletter find this node, or (false) nobody. */
  async announce (address: Address, announce: boolean): Promise<void> {
    await this.#turns.inTurn(address, async () => await this.#choices.announce(address, announce))
  }

  /** Where a newsletter leads, or was reached from; what of it is held; where the reader has put it, and what they call it; when it got another name. */
  async remember (address: Address, change: Pick<Followed, 'continues' | 'led' | 'policy' | 'policySaid' | 'folder' | 'petName' | 'namedSince'>): Promise<void> {
    await this.#turns.inTurn(address, async () => await this.#choices.remember(address, change))
  }

  /** Follows a newsletter no longer; what is here of it stays. */
  async keep (address: Address): Promise<void> {
    await this.#turns.inTurn(address, async () => {
      const { followed } = this.get(address)
      if (followed.role !== 'unsubscribed') await this.#become({ address, role: 'unsubscribed', since: new Date().toISOString(), ...lastingOf(followed) })
    })
  }

  /** Ends it, and drops everything of it that is here. */
  async unfollow (address: Address): Promise<void> { await this.#turns.inTurn(address, async () => await this.#unfollow(address)) }

  async #unfollow (address: Address): Promise<void> {
    const follower = this.get(address)
    // A full disk has room for it only when something has gone.
    await this.#parts.subscriptions.put({ ...follower.followed, leaving: true }).catch(() => {})
    await follower.clear()
    this.#followers.delete(address)
    this.#begun.delete(address)
    await follower.close()
    await this.#parts.library.removeNewsletter(address)
    await this.#parts.roots.remove(address)
    await this.#parts.histories.forget(address)
    await this.#parts.subscriptions.remove(address)
    this.emit('newsletterRemoved', address)
  }

  /** Closes all that have a drive open, does something that needs it for itself, and opens them again. */
  async reopen (drive: string, work: () => Promise<void>): Promise<void> {
    const addresses = this.all.filter(({ readers }) => readers.some(({ key }) => key === drive)).map(({ followed: { address } }) => address)
    // Always in the same order, so that no two wait for each other.
    await addresses.sort().reduce((inner, address) => async () => {
      await this.#turns.inTurn(address, async () => await (this.has(address) ? this.#become(this.get(address).followed, inner) : inner()))
    }, work)()
  }

  async #become (followed: Followed, between: () => Promise<void> = async () => {}): Promise<void> {
    const { address } = followed
    const { subscriptions, meeting } = this.#parts
    await subscriptions.put(followed)
    const before = this.#followers.get(address)
    if (!before) await this.#parts.endLooking(address)
    if (before && isLive(before.followed)) await meeting.leave(address)
    await before?.close()
    try {
      await between()
    } finally {
      await this.#start(followed)
    }
    this.emit('newsletterChanged', address)
    this.#progress.add(address)
  }

  async #start (followed: Followed): Promise<void> {
    const { address } = followed
    const follower = new Follower(followed, { ...this.#parts, downloads: this.#downloads, compacting: this.#compacting })
    this.#followers.set(address, follower)
    follower.on('changed', () => this.emit('newsletterChanged', address))
    follower.on('progressed', () => this.#progress.add(address))
    follower.on('issueChanged', id => this.emit('issueChanged', { newsletter: address, id }))
    await follower.ready()
    this.#begun.add(address)
  }

  /** Gives the disk back what was let go of. */
  compactSoon (): void { this.#compacting.soon() }

  #inBackground (work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => { if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'following') })
  }
}
