import { messageOf, type AppError } from '../../shared/errors.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { LibraryIssue, LibraryPart, TakenIssue } from '../library/library-issue.ts'
import { supersedes } from '../library/supersedes.ts'
import type { Wish } from '../policy/extent.ts'
import { type Followed, isAnnounced, isLive, isSubscription, tellsReceipts } from '../subscriptions.ts'
import { type ArrivingIssue, newestOf, sumOf, type Unfinished } from './arriving-issues.ts'
import { DriveFollower } from './drive-follower.ts'
import { freeErased } from './erasing.ts'
import type { FollowerParts } from './follower-parts.ts'
import { isSameRevision, writersOf } from './issue-record.ts'
import { NewsletterRecord, UNDESCRIBED } from './newsletter-record.ts'
import { repairDrive } from './repairing.ts'
import { freeable } from './shared-drives.ts'

interface FollowerEvents {
  /** Its description, root or problem. */
  changed: []
  issueChanged: [id: string]
  /** Anything that its progress is made of. */
  progressed: []
}

/** Follows one newsletter: its root chain, and with it the drive of every writer. */
export class Follower extends Resource<FollowerEvents> {
  /** Its role, and what was said of it; who changes it acts on it. */
  followed: Followed
  /** Resolves when what the root said last has been taken over. */
  applied: Promise<void> = Promise.resolve()
  #parts: FollowerParts
  #root: KnownRoot | null = null
  #drives = new Map<string, DriveFollower>()
  /** Drives of which, in this run, everything was known that any peer told of. */
  #settled = new Set<string>()
  #record: NewsletterRecord

  constructor (followed: Followed, parts: FollowerParts) {
    super()
    this.followed = followed
    this.#parts = parts
    this.#record = new NewsletterRecord(followed.address, parts.library)
  }

  protected override async _open (): Promise<void> {
    const { library, meeting, receipts } = this.#parts
    const { address, role, since: addedAt } = this.followed
    const [known, subscribed] = [await library.newsletter(address), isSubscription(this.followed)]
    if (known?.role !== role || known.subscribed !== subscribed) await library.putNewsletter({ ...UNDESCRIBED, ...known, address, role, subscribed, addedAt })
    // An author wants to know of every copy; readers carry what keepers promise, for authors who come back.
    await receipts.join(address, { drives: () => this.readers, collects: role === 'own' ? 'all' : 'keepers', isTold: this.tellsReceipts })
    await this.#applyRoot()
    if (!isLive(this.followed)) return
    meeting.join(address, () => this.readers.map(reader => ({ key: reader.keyBytes, ...reader.heads })), isAnnounced(this.followed) ? 'announced' : 'quiet')
  }

  protected override async _close (): Promise<void> {
    await this.#record.done()
    await this.#parts.receipts.leave(this.followed.address)
    await Promise.all([...this.#drives.values()].map(drive => drive.close()))
  }

  /** Whether this node says, as a reader, what it holds. */
  get tellsReceipts (): boolean { return tellsReceipts(this.followed, this.#parts.tellsReceipts) }
  get root (): KnownRoot | null { return this.#root }
  /** By the ids that the root gives the writers. */
  get drives (): ReadonlyMap<string, DriveFollower> { return this.#drives }
  get readersByWriter (): { writer: string, reader: DriveReader }[] { return [...this.#drives].map(([writer, { reader }]) => ({ writer, reader })) }

  drive (writer: string): DriveReader | null { return this.#drives.get(writer)?.reader ?? null }
  /** What is remembered of a writer's drive, and other histories that the writer has signed. */
  readonly historyOf = (writer: string): DriveHistory | null => this.#drives.get(writer)?.memory.history ?? null
  /** The drives that are open, and what their indexes take. */
  get readers (): DriveReader[] { return [...this.#drives.values()].map(({ reader }) => reader) }
  get mostIndexBytes (): number { return this.#parts.mostIndexBytes }
  get indexBytes (): number { return this.readers.reduce((sum, { indexBytes }) => sum + indexBytes, 0) }

  /** Takes an issue off the disk, and says so to those who count copies. See {@link Completing.reduce}. */
  async drop (issue: LibraryIssue, stays?: BlockRanges): Promise<void> {
    await this.reduce(issue, [], stays)
    for (const { completing } of this.#drives.values()) completing.reconsider(issue.id)
  }

  /** Takes what is not wanted of an issue off the disk; see {@link Completing.reduce}. */
  async reduce (issue: LibraryIssue, wanted: LibraryPart[], stays?: BlockRanges): Promise<void> {
    await this.#drives.get(issue.writer)?.completing.reduce(issue, wanted, stays)
  }

  /** Fetches what is wanted of an issue and not here; see {@link Completing.again}. */
  fetch (issue: LibraryIssue, wish?: Wish): void { this.#drives.get(issue.writer)?.completing.again(issue, wish) }

  /** See {@link Completing.isAt}. */
  isFetching (issue: LibraryIssue): boolean { return this.#drives.get(issue.writer)?.completing.isAt(issue) ?? false }

  /** Looks anew what is wanted of corrections that are on their way. */
  reconsider (): void { for (const { completing } of this.#drives.values()) completing.reconsider() }

  /** See {@link Completing.hurry}: on all drives, because another writer may have corrected it. */
  hurry (issue: Pick<LibraryIssue, 'id' | 'seq'>): void { for (const { completing } of this.#drives.values()) completing.hurry(issue) }

  /** Fetches again what a drive has lost; see {@link repairDrive}. */
  async repair (driveKey: string, isDeep: boolean): Promise<void> {
    const [writer, drive] = [...this.#drives].find(([, { reader }]) => reader.key === driveKey) ?? []
    if (writer === undefined || !drive) return
    const broken = await repairDrive(drive, { ...this.#parts, newsletter: this.followed.address, writer, isDeep, caughtUp: () => this.caughtUp() })
      .finally(() => this.#parts.receipts.tellSoon(this.followed.address))
    if (broken > 0) this.#parts.log.warn({ newsletter: this.followed.address, issues: broken }, 'blocks were lost and are fetched again')
  }

  get arriving (): ArrivingIssue | null { return newestOf([...this.#drives.values()].map(({ completing }) => completing.arriving)) }
  get unfinished (): Unfinished { return sumOf([...this.#drives.values()].map(({ completing }) => completing.unfinished)) }

  /** True when, in this run, everything came to be known that connected peers tell of. */
  get settled (): boolean {
    const drives = [...this.#drives.values()]
    for (const drive of drives) if (drive.settled) this.#settled.add(drive.reader.key)
    return drives.some(({ reader }) => reader.heads.index > 0) && drives.every(({ reader }) => this.#settled.has(reader.key))
  }

  /** True while more of an index is on its way or is being read. */
  get scanning (): boolean { return [...this.#drives.values()].some(drive => drive.scanning) }

  /** True while an index is being read; {@link scanning} also while more of it is only told of. */
  get reading (): boolean { return [...this.#drives.values()].some(drive => drive.reading) }

  /** Takes over what the root store now holds, one change after the other. */
  async rootChanged (): Promise<void> {
    const turn = this.applied.then(() => this.#rootChanged())
    this.applied = turn.catch(() => {}) // told to whom it was for
    await turn
  }

  async #rootChanged (): Promise<void> {
    if (this.closing) return
    const first = this.#root === null
    // A root that holds settles what was wrong with the root; faults of drives stay.
    await this.#record.change(({ problem }) => first || problem?.code === 'BAD_ROOT' ? { problem: null } : {})
    await this.#applyRoot()
  }

  async #applyRoot (): Promise<void> {
    this.#root = await this.#parts.roots.get(this.followed.address)
    if (this.closing) return
    if (!this.#root) return await this.#record.rootMissing(this.#parts.roots.damagedOf(this.followed.address))
    const { chain, dispute } = this.#root
    if (dispute) await this.#record.setProblem({ code: 'BAD_ROOT', reason: `Two different root documents carry the number ${chain.newest.number}. The one that came first counts, and the seals of both.` })
    for (const writer of chain.newest.writers) if (!this.closing) await this.#followDrive(writer)
    this.emit('changed')
    this.emit('progressed')
  }

  /** A peer offered a chain that does not hold. It is the newsletter's fault where only its root keys can have signed it. */
  async rootRefused (error: AppError): Promise<void> {
    if (this.#root && error.code !== 'BAD_ROOT') return
    await this.#record.setProblem({ code: error.code, reason: error.message })
    this.emit('changed')
    this.emit('progressed')
  }

  /** Returns when the library knows every issue of the drives that is here. `checked`: and has verified it. */
  async caughtUp ({ checked = false } = {}): Promise<void> {
    await Promise.all([...this.#drives.values()].map(drive => checked ? drive.checked() : drive.caughtUp()))
  }

  /** Takes in what was put into the drives by another road than the network. */
  async lookAgain (): Promise<void> {
    await Promise.all([...this.#drives.values()].map(async drive => {
      await drive.reader.wake() // to see it
      await drive.caughtUp()
      await drive.completing.lookAgain()
    }))
  }

  /** Stops writing to the library, until {@link reindex}. */
  async pause (): Promise<void> { await Promise.all([...this.#drives.values()].map(drive => drive.pause())) }

  /** Reads all drives anew, into a library that was emptied. */
  async reindex (): Promise<void> { await Promise.all([...this.#drives.values()].map(drive => drive.reindex())) }

  /** Drops all that was downloaded. Before closing. */
  async clear (): Promise<void> {
    await this.#parts.receipts.forget(this.followed.address)
    await this.#parts.meeting.leave(this.followed.address, true)
    for (const [, drive] of await freeable(this.followed.address, this.#drives, this.#parts)) await drive.clear()
  }

  async #followDrive (writer: RootWriter): Promise<void> {
    const known = this.#drives.get(writer.id)
    if (known) return await known.rootChanged()
    const erase = (erasure: LibraryIssue): Promise<void> => this.#erase(erasure)
    const mostIndexBytes = (): number => this.mostIndexBytes - this.indexBytes + (this.drive(writer.id)?.indexBytes ?? 0)
    const superseded = (taken: TakenIssue): boolean => this.#superseded(taken)
    const own = { newsletter: this.followed.address, writer, root: () => this.#root!, live: isLive(this.followed), erase, superseded, mostIndexBytes }
    const drive = new DriveFollower({ ...this.#parts, ...own })
    this.#drives.set(writer.id, drive)
    drive.on('issueChanged', id => {
      this.#parts.receipts.tellSoon(this.followed.address)
      this.emit('issueChanged', id)
    })
    drive.on('progressed', () => this.emit('progressed'))
    drive.reader.on('damaged', () => this.#parts.peer.tellDamage(drive.reader.key))
    drive.on('historyChanged', () => this.emit('changed'))
    drive.on('described', (document, by) => this.#inBackground(this.#record.describe(document, by)))
    drive.on('cutOff', () => this.#inBackground(this.#lookAgain(drive)))
    drive.on('faulty', error => this.#inBackground(this.#record.setProblem({ code: error.code, reason: error.message })))
    if (!this.#parts.readsNew && this.followed.role !== 'own') await drive.pause()
    await drive.ready()
    this.#inBackground(this.repair(drive.reader.key, false)) // nothing is called ready of which blocks were lost since
    this.#parts.receipts.refresh(this.followed.address)
  }

  /** See {@link CompletingParts.superseded}. */
  #superseded ({ issue, before }: TakenIssue): boolean {
    const writers = writersOf(this.#root!)
    const countsLess = (other: LibraryIssue): boolean => !isSameRevision(other, issue) && !supersedes(other, issue, writers)
    let wasComing = false
    for (const [writer, { completing }] of this.#drives) {
      const correction = completing.correctionOf(issue.id)
      if (correction && countsLess(correction) && completing.abandon(issue.id, correction.seq)) wasComing = true
      if (before?.writer === writer && !isSameRevision(before, issue) && completing.abandon(issue.id, before.seq)) wasComing = true
    }
    return wasComing
  }

  /** Its revisions may lie on drives of several writers. */
  async #erase (erasure: LibraryIssue): Promise<void> {
    const drives = await freeable(this.followed.address, this.#drives, this.#parts)
    for (const [writer, { reader }] of drives) await freeErased(reader, erasure, writer === erasure.writer)
    await this.#parts.compacting.erased()
  }

  /** What described the newsletter, or counted instead of what others wrote, may have come from behind a seal. */
  async #lookAgain (cutOff: DriveFollower): Promise<void> {
    for (const drive of this.#drives.values()) if (drive !== cutOff) drive.readAgain()
    await this.#record.change(() => ({ describedAt: '' }))
    await Promise.all([...this.#drives.values()].map(drive => drive.describeAnew()))
  }

  #inBackground (work: Promise<void>): void {
    work.then(() => this.emit('changed')).catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'following a newsletter')
    })
  }
}
