import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { Log } from '../../shared/log.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import type { Wish } from '../policy/extent.ts'
import { sealOf, wholeSealOf } from '../verification/issue-manifest.ts'
import { Completing } from './completing.ts'
import type { CompletingParts } from './completing-parts.ts'
import { DriveMemory } from './drive-memory.ts'
import type { Downloads } from './downloads.ts'
import { FollowedDrive, type FollowedDriveOptions } from './followed-drive.ts'
import { type FoundDocument, readDocument, scanIndex, type SignedText } from './index-scan.ts'
import { Intake, type IntakeParts } from './intake.ts'
import { Rerun } from './rerun.ts'
import { TryingAgain } from './trying-again.ts'
import { withdrawBehind } from './withdrawing.ts'

export interface DriveFollowerParts extends Pick<FollowedDriveOptions, 'live' | 'mostIndexBytes'>,
  Pick<CompletingParts, 'superseded'>, Pick<IntakeParts, 'erase' | 'onCorrectionOver'> {
  newsletter: string
  writer: RootWriter
  root: () => KnownRoot
  peer: Peer
  histories: Histories
  library: Library
  downloads: Downloads
  log: Log
  /** What of an issue is to be held here. */
  wish: (issue: LibraryIssue) => Promise<Wish>
}

interface DriveFollowerEvents {
  issueChanged: [id: string]
  progressed: []
  /** A newsletter document was found; nothing of it is checked yet. */
  described: [document: SignedText, writer: RootWriter]
  /** A seal has come that leaves out what was read before. */
  cutOff: []
  /** Its writer has signed another history than the one that is here, or somebody has decided about it. */
  historyChanged: []
  /** The drive holds something that can't be right and belongs to no issue. */
  faulty: [error: AppError]
}

/** Follows one writer's drive: finds its issues, has them downloaded, verifies them, and keeps the library right. */
export class DriveFollower extends Resource<DriveFollowerEvents> {
  readonly reader: FollowedDrive
  /** What of its issues is on its way. */
  readonly completing: Completing
  readonly memory: DriveMemory
  #parts: DriveFollowerParts
  #intake: Intake
  #scanning: Rerun
  #tryingAgain = new TryingAgain(() => this.#goOn())
  #paused = false
  #indexed = 0 // index blocks that the library knows
  /** Where the root ended this drive; null while it goes on. */
  #seal: number | null = null
  /** False: the root has sealed another history than the one that is here, of which nothing counts then. */
  #isSealed = true

  constructor (parts: DriveFollowerParts) {
    super()
    this.#parts = parts
    const end = sealOf(parts.writer.id, parts.root()) // at once: how large it is is told up to there
    this.reader = new FollowedDrive(parts.peer, parts.writer.drive, { ...parts, end, writer: parts.writer.id, arriving: () => this.completing.arriving })
    const onChanged = (): void => { this.emit('historyChanged'); this.scan() }
    const onDamaged = (): void => parts.peer.tellDamage(this.reader.key)
    this.memory = new DriveMemory({ ...parts, reader: this.reader, onChanged, onDamaged, onTakenBack: id => this.emit('issueChanged', id) })
    this.completing = new Completing({
      ...parts, reader: this.reader,
      onIssueChanged: id => this.emit('issueChanged', id),
      onProgress: () => this.emit('progressed'),
      onFault: error => this.emit('faulty', error),
      onFailed: () => this.#tryingAgain.failed()
    })
    this.#scanning = new Rerun({
      work: () => this.#scan(),
      mayRun: () => !this.closing && !this.#paused,
      onFailed: error => {
        if (!isAppError(error) || error.code !== 'TIMED_OUT') this.#tryingAgain.failed() // else it is tried again with the next news of the drive
        if (!this.closing) parts.log.debug({ error: messageOf(error) }, 'reading an index')
      },
      onEnded: () => this.emit('progressed')
    })
    this.#intake = new Intake({ ...parts, reader: this.reader, completing: this.completing, onMoved: id => this.emit('issueChanged', id), onFault: error => this.emit('faulty', error) })
  }

  protected override async _open (): Promise<void> {
    this.reader.on('refused', error => this.emit('faulty', error))
    this.reader.on('blobsFound', () => { void this.completing.lookAgain() }) // the store may have lost all of what the library knows
    await this.reader.ready()
    await this.memory.open()
    for (const event of ['indexGrew', 'refused'] as const) this.reader.on(event, () => this.scan()) // it ends elsewhere
    this.reader.on('peersChanged', () => this.emit('progressed'))
    this.#indexed = await this.#parts.library.indexedLength(this.#parts.newsletter, this.#parts.writer.id)
    await this.rootChanged()
    await this.completing.goOn(this.#parts.newsletter, this.#parts.writer.id)
  }

  protected override async _close (): Promise<void> {
    const tried = this.#tryingAgain.stop()
    const completed = this.completing.stop()
    await this.memory.close()
    await this.reader.close()
    await this.#scanning.running
    await Promise.all([completed, tried])
  }

  /** Takes over the root's seal; null after a dispute, too. What stands behind it is withdrawn; what that had replaced comes back. */
  async rootChanged (): Promise<void> {
    const seal = sealOf(this.#parts.writer.id, this.#parts.root())
    if (seal !== this.#seal) {
      this.#seal = seal
      this.reader.endAt(seal)
      if (seal !== null) await this.#withdraw(seal)
    }
    this.scan()
  }

  async #withdraw (seal: number): Promise<void> {
    const { newsletter, writer, root, library } = this.#parts
    this.#intake.giveUp(seal)
    const withdrawn = await withdrawBehind(seal, newsletter, writer, root(), library, this.completing)
    for (const id of [...withdrawn, ...await this.memory.takenBack()]) this.emit('issueChanged', id) // beside a seal nothing is marked
    if (this.#indexed <= seal) return
    this.#indexed = 0
    this.emit('cutOff')
  }

  /** Looks for the newest description of the newsletter that counts. */
  async describeAnew (): Promise<void> {
    for await (const found of scanIndex(this.reader, 1, this.#end)) if (found.kind === 'newsletter') return await this.#describe(found)
  }

  /** Returns when the library knows everything of the index that was here at the call. */
  async caughtUp (): Promise<void> {
    if (!await this.ready().then(() => true, () => false)) return // it is not known what of it counts
    this.scan()
    while (this.#scanning.running) await this.#scanning.running
  }

  /** Returns when everything that is here is known and was verified. */
  async checked (): Promise<void> {
    await this.caughtUp()
    await this.completing.done()
  }

  /** Stops writing to the library, until {@link reindex}. */
  async pause (): Promise<void> {
    this.#paused = true
    await this.#scanning.running
    await this.completing.stop()
  }

  /** Looks at the whole index again, because something that had counted instead no longer does. */
  readAgain (): void {
    this.#indexed = 0
    this.scan()
  }

  /** Reads the whole index again, into a library that was emptied. */
  async reindex (): Promise<void> {
    this.#paused = false
    this.#indexed = 0
    this.completing.resume()
    await this.checked()
  }

  /** Lets the drive rest, if nothing of it is on its way or being read, and nobody has come meanwhile; see {@link DriveReader.rest}. */
  async rest (isAlone: () => boolean): Promise<void> {
    if (this.#isIdle && this.reader.mayRest) await this.memory.look()
    if (this.#isIdle && isAlone()) await this.reader.rest()
  }

  get #isIdle (): boolean { return !this.#scanning.running && this.completing.isIdle }

  /** Drops every block that is here. */
  async clear (): Promise<void> {
    await this.completing.stop()
    await this.reader.clear()
  }

  /** True when the library knows every index block that connected peers tell of. */
  get settled (): boolean {
    const ended = this.#seal !== null && this.reader.heads.index >= this.#seal && this.reader.peers.length > 0
    return (ended || this.reader.settled) && this.#indexed >= this.#end
  }

  /** True while index blocks are here, or on their way, that the library does not know. */
  get scanning (): boolean { return this.reading || this.#indexed < this.#end }
  get reading (): boolean { return this.#scanning.running !== null }

  /** Where the index ends for a reader. */
  get #end (): number {
    return this.#isSealed ? Math.min(this.reader.indexEnd, this.#seal ?? this.memory.heldAt) : 0
  }

  /** Reads what is new in the index. A call while one runs makes it look again afterwards. */
  scan (): void { this.#scanning.run() }

  async #goOn (): Promise<void> {
    if (this.closing || this.#paused) return
    await this.caughtUp()
    await this.completing.tryAgain()
  }

  async #scan (): Promise<void> {
    const { newsletter, writer, root, library, live } = this.#parts
    this.memory.lookAgain()
    this.#isSealed = await this.memory.agreesWithSeal(wholeSealOf(writer.id, root()))
    if (!this.#isSealed) await this.#withdraw(0)
    const [from, to, seal] = [Math.max(1, this.#indexed), this.#end, this.#seal]
    if (from >= to) return void (this.#indexed = Math.max(this.#indexed, to))
    const isOver = (): boolean => this.closing !== null || this.#seal !== seal
    this.#intake.drop()
    for await (const found of scanIndex(this.reader, from, to)) {
      if (isOver()) return await this.#afterSeal()
      if (found.kind === 'fault') this.emit('faulty', found.error)
      else if (found.kind === 'newsletter') await this.#describe(found)
      else await this.#intake.take(found)
    }
    if (isOver()) return await this.#afterSeal()
    await this.#intake.flush()
    if (isOver()) return await this.#afterSeal()
    // Who is not live does not fetch what is missing in between, and has to look there again when it goes on.
    await library.setIndexedLength(newsletter, writer.id, Math.min(live ? to : Math.min(to, this.reader.wholeIndex), this.#intake.lowest))
    this.#indexed = to
  }

  /** A seal that came during a scan may have missed what the scan was just taking in. It is read again up to the seal. */
  async #afterSeal (): Promise<void> {
    if (!this.closing && this.#seal !== null) await this.#withdraw(this.#seal)
    this.scan()
  }

  async #describe (found: FoundDocument): Promise<void> {
    try {
      this.emit('described', await readDocument(this.reader, found), this.#parts.writer)
    } catch (error) {
      if (!isAppError(error) || error.code === 'TIMED_OUT') throw error
      this.emit('faulty', error)
    }
  }
}
