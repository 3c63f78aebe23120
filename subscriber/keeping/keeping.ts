import type { Eviction, KeepBody, KeeperSettings, KeeperSettingsChange, KeepingOffer, Kept } from '../../shared/api/keeping.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import { type Address, parseAddress } from '../../shared/format/address.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { Resource } from '../../shared/resource.ts'
import type { Following, FollowingParts } from '../following/following.ts'
import { refOf } from '../issue-view.ts'
import { readyPlaces } from '../library/all-places.ts'
import type { LibraryIssue, RevisionPlace } from '../library/library-issue.ts'
import { blocksStaying } from './blocks-staying.ts'
import { defined } from './defined.ts'
import { DiskRoom } from './disk-room.ts'
import { EvictionLog } from './eviction-log.ts'
import { KeptNewsletters, plainPromise } from './kept-newsletters.ts'
import { KeeperPaces } from './keeper-paces.ts'
import { keptView } from './kept-view.ts'
import { Offers } from './offers.ts'

/** Space on the disk comes back some time after issues have left it, for all that leave meanwhile. */
const COMPACT_MS = 3_000
/** Promises that have ended are looked for so often. */
const LOOK_MS = 60_000

export interface KeepingParts extends Omit<FollowingParts, 'wish' | 'onCorrectionOver' | 'endLooking'> {
  following: Following
  files: { kept: string, evictions: string }
  /** A folder on the disk that fills. */
  home: string
}

interface KeepingEvents {
  keptChanged: [address: Address]
  issueEvicted: [eviction: Eviction]
}

/** Holds newsletters for others: promises to, keeps within its caps, and says what it gives up. */
export class Keeping extends Resource<KeepingEvents> {
  #parts: KeepingParts
  #kept: KeptNewsletters
  #room: DiskRoom
  #paces: KeeperPaces
  #offers: Offers
  #evictions: EvictionLog
  #timers: { look: NodeJS.Timeout | null, compact: NodeJS.Timeout | null } = { look: null, compact: null }
  #onJoined = (address: Address): void => this.#speak(address)

  constructor (parts: KeepingParts) {
    super()
    const { following, receipts, library, files } = parts
    this.#parts = parts
    this.#kept = new KeptNewsletters(files.kept, parts.log)
    this.#evictions = new EvictionLog(files.evictions)
    this.#offers = new Offers(parts)
    this.#paces = new KeeperPaces({
      settings: () => this.#kept.settings,
      kept: address => this.#kept.get(address),
      newsletterOf: core => this.#kept.all.find(({ address }) => this.#readers(address).some(({ coreKeys }) => coreKeys.blobs === core))?.address ?? null
    })
    this.#room = new DiskRoom({
      kept: () => this.#kept.all.map(({ address }) => address).filter(address => following.has(address) && following.get(address).followed.role === 'keeping'),
      capOf: address => address === null ? this.#kept.settings.maxDiskBytes : this.#kept.get(address)?.maxDiskBytes ?? null,
      driveOf: (address, writer) => following.has(address) ? following.get(address).drive(writer)?.key ?? null : null,
      indexBytesOf: address => following.has(address) ? following.get(address).indexBytes : 0,
      mayEvict: () => this.damage === null, received: address => receipts.received(address),
      present: address => readyPlaces(address, library),
      issue: async (address, id) => await library.issue(address, id),
      staying: async leaving => await blocksStaying(leaving, following),
      evict: async (...eviction) => await this.#evict(...eviction)
    })
  }

  /** Before anything is followed. */
  async load (): Promise<void> {
    await this.#kept.load()
    this.#parts.receipts.on('joined', this.#onJoined)
    this.#parts.peer.setPaces(core => this.#paces.of(core))
  }

  protected override async _open (): Promise<void> {
    const { following } = this.#parts
    for (const { address } of this.#kept.all) if (!following.has(address)) await following.follow(address, 'keeping')
    // What was being dropped when the node was ended. Where the whole file is missing, it may only be away.
    const dropped = following.all.filter(({ followed: { address, role } }) => role === 'keeping' && !this.isKept(address))
    const later = (error: unknown): void => this.#parts.log.error({ error: messageOf(error) }, 'dropping what was kept')
    const { isWrong, wasWritten } = this.#kept
    // What damage does not name any more is no less promised. All at once: what a list that is right does not name is dropped at the next start.
    if (isWrong) await this.#kept.mend(dropped.map(({ followed: { address } }) => address))
    else if (wasWritten) for (const { followed: { address } } of dropped) await following.unfollow(address).catch(later)
    await this.#room.shrink()
    this.#timers.look = setInterval(() => this.#inBackground(this.#look()), LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    this.#parts.receipts.off('joined', this.#onJoined)
    for (const timer of Object.values(this.#timers)) if (timer) clearTimeout(timer)
    this.#paces.close()
    await this.#offers.close()
  }

  /** Whether there is room for an issue. */
  async admits (issue: LibraryIssue): Promise<boolean> {
    return await this.#room.admits(issue)
  }

  /** See {@link DiskRoom.correctionOver}. */
  correctionOver (revision: RevisionPlace): void { this.#inBackground(this.#room.correctionOver(revision)) }

  get settings (): KeeperSettings { return this.#kept.settings }
  get damage (): KeptNewsletters['damage'] { return this.#kept.damage }

  isKept (address: Address): boolean { return this.#kept.get(address) !== null }

  /** Those that may be shown to anyone. */
  get publicAddresses (): Address[] { return this.#kept.all.filter(({ isPrivate = false }) => !isPrivate).map(({ address }) => address) }

  async all (): Promise<{ settings: KeeperSettings, kept: Kept[], usedBytes: number }> {
    const kept = await Promise.all(this.#kept.all.map(({ address }) => this.get(address)))
    return { settings: this.settings, kept, usedBytes: kept.reduce((sum, { usedBytes }) => sum + usedBytes, 0) }
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  async get (address: Address): Promise<Kept> {
    const kept = this.#kept.get(address)
    if (!kept) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not keep that newsletter.')
    return await keptView(kept, this.settings, this.#parts.library, await this.#room.usedBytes(address))
  }

  /** What keeping a newsletter would take. @throws AppError BAD_ADDRESS */
  async look (text: string): Promise<KeepingOffer> {
    const { address } = parseAddress(text)
    return await this.#offers.offer(address)
  }

  /** Looks at a newsletter no longer, because it is followed from now on. */
  async endLooking (address: Address): Promise<void> { await this.#offers.take(address) }

  /**
   * Keeps a newsletter from now on, or changes what was promised.
   *
   * @throws AppError BAD_ADDRESS, CONFLICT for a newsletter that is written here, BAD_REQUEST for a promise that is over
   */
  async keep ({ address: text, ...wish }: KeepBody): Promise<Kept> {
    const { address } = parseAddress(text)
    const { following, receipts } = this.#parts
    const role = following.has(address) ? following.get(address).followed.role : null
    if (role === 'own') throw new AppError('CONFLICT', 'This newsletter is written on this node. A keeper is another machine, that is there when this one is off.')
    if (wish.until && Date.parse(wish.until) <= Date.now()) throw new AppError('BAD_REQUEST', 'That day has passed. Promise until a later one.')
    await this.#kept.put(address, known => ({ ...known ?? plainPromise(address), ...defined(wish) }))
    if (role !== 'subscribed') await following.follow(address, 'keeping')
    if (receipts.addresses.includes(address)) this.#speak(address)
    await this.#capsChanged([address])
    this.emit('keptChanged', address)
    return await this.get(address)
  }

  /**
   * Keeps a newsletter no longer, and says so. What is not read here is deleted.
   *
   * @throws AppError NEWSLETTER_NOT_FOUND
   */
  async drop (address: Address): Promise<{ newsletter: string, freedBytes: number }> {
    const { following, receipts, peer } = this.#parts
    if (!this.#kept.get(address)) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not keep that newsletter.')
    await this.#kept.remove(address)
    this.#room.forget(address)
    const follower = following.get(address)
    receipts.become(address, null, follower.followed.role === 'subscribed' && follower.tellsReceipts)
    let freedBytes = 0
    if (following.get(address).followed.role === 'keeping') {
      await following.unfollow(address)
      freedBytes = await peer.compact()
    }
    this.emit('keptChanged', address)
    return { newsletter: address, freedBytes }
  }

  async change (change: KeeperSettingsChange): Promise<KeeperSettings> {
    await this.#kept.change(defined(change))
    const addresses = this.#kept.all.map(({ address }) => address)
    for (const address of addresses) this.#speak(address)
    await this.#capsChanged(addresses)
    return this.settings
  }

  /** The last first. */
  async evictions (): Promise<Eviction[]> {
    return await this.#evictions.newest()
  }

  /** Tells those who collect receipts what this node is for a newsletter. */
  #speak (address: Address): void {
    const kept = this.#kept.get(address)
    if (!kept) return
    const { name, owner } = this.settings
    const { isRelay: relay } = this.#parts.peer
    this.#parts.receipts.become(address, { name, owner: kept.owner || owner, until: kept.until, ...(relay && { relay }) }, true)
  }

  /** There is less room than before, or more: then what was left out is fetched, and corrections that were not wanted. */
  async #capsChanged (addresses: Address[]): Promise<void> {
    const { following, library } = this.#parts
    await this.#room.shrink()
    for (const address of addresses) {
      for (const { id } of await library.removed(address)) {
        const issue = await library.issue(address, id)
        if (issue && await this.#room.admits(issue)) following.get(address).fetch(issue)
      }
      if (following.has(address)) following.get(address).reconsider()
    }
  }

  async #evict ({ newsletter, id, drive }: { newsletter: Address, id: string, drive: string }, copies: number, stays?: BlockRanges): Promise<void> {
    const { following, library, log, peer } = this.#parts
    const issue = await library.issue(newsletter, id)
    if (!issue) return
    const follower = following.get(newsletter)
    await follower.drop(issue, follower.drive(issue.writer)?.key === drive ? stays : undefined)
    const eviction = {
      at: new Date().toISOString(),
      ref: refOf({ newsletter, id }),
      newsletter,
      title: issue.title,
      sizeBytes: issue.sizeBytes,
      copies,
      reason: copies === 0 ? 'The cap is reached. No other copy is known.' : `The cap is reached; ${copies === 1 ? '1 other copy is' : `${copies} other copies are`} known.`
    }
    log.warn({ newsletter, issue: id, copies }, 'an issue was taken off the disk to keep within a cap')
    await this.#evictions.note(eviction)
    this.emit('issueEvicted', eviction)
    this.#timers.compact ??= setTimeout(() => {
      this.#timers.compact = null
      this.#inBackground(peer.compact())
    }, COMPACT_MS).unref()
  }

  /** A promise whose day has come is not renewed; what was kept stays until it is dropped. */
  async #look (): Promise<void> {
    for (const { address, until } of this.#kept.all) if (until && Date.parse(until) <= Date.now()) this.emit('keptChanged', address)
  }

  #readers (address: Address): DriveReader[] {
    const { following } = this.#parts
    return following.has(address) ? following.get(address).readers : []
  }

  #inBackground (work: Promise<unknown>): void {
    work.catch((error: unknown) => { if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'keeping') })
  }
}
