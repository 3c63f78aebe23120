import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { Log } from '../../shared/log.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { sealOf } from '../verification/issue-manifest.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { contentBytesHere, type DownloadJob, type Downloads, runsOf } from './downloads.ts'
import { readFoundIssue } from './found-issue.ts'
import { type FoundDocument, readDocument, scanIndex, type SignedText } from './index-scan.ts'
import { refusedRecordOf } from './issue-record.ts'

/** Issues written to the library at once, after the first, which is shown as soon as it is known. */
const BATCH = 100

export interface DriveFollowerParts {
  newsletter: string
  writer: RootWriter
  root: () => KnownRoot
  peer: Peer
  library: Library
  downloads: Downloads
  log: Log
}

interface DriveFollowerEvents {
  issueChanged: [id: string]
  progressed: []
  /** A newsletter document was found; nothing of it is checked yet. */
  described: [document: SignedText, writer: RootWriter]
  /** The drive holds something that can't be right and belongs to no issue. */
  faulty: [error: AppError]
}

/** Follows one writer's drive: finds its issues, has them downloaded, verifies them, and keeps the library right. */
export class DriveFollower extends Resource<DriveFollowerEvents> {
  readonly reader: DriveReader
  #parts: DriveFollowerParts
  #scanning: Promise<void> | null = null
  #again = false
  /** Index blocks that the library knows. */
  #indexed = 0
  #jobs = new Map<string, DownloadJob>()
  #verifying = new Set<Promise<void>>()

  constructor (parts: DriveFollowerParts) {
    super()
    this.#parts = parts
    this.reader = new DriveReader(parts.peer.store, parts.writer.drive)
  }

  protected override async _open (): Promise<void> {
    await this.reader.ready()
    this.reader.on('indexGrew', () => this.scan())
    this.reader.on('peersChanged', () => this.emit('progressed'))
    this.#indexed = await this.#parts.library.indexedLength(this.#parts.newsletter, this.#parts.writer.id)
    await this.#resume()
    this.scan()
  }

  protected override async _close (): Promise<void> {
    this.#parts.downloads.removeDrive(this.reader)
    await this.reader.close()
    await this.#scanning
    await Promise.allSettled(this.#verifying)
  }

  /** Returns when the library knows everything of the index that was here at the call. */
  async caughtUp (): Promise<void> {
    this.scan()
    while (this.#scanning) await this.#scanning
  }

  /** Reads the whole index again, for a library that was emptied. */
  async reindex (): Promise<void> {
    this.#parts.downloads.removeDrive(this.reader)
    this.#jobs.clear()
    this.#indexed = 0
    this.scan()
    await this.#scanning
    await Promise.allSettled(this.#verifying)
  }

  /** Drops every block that is here. */
  async clear (): Promise<void> {
    this.#parts.downloads.removeDrive(this.reader)
    await this.reader.clear()
  }

  /** True when the library knows every index block that connected peers tell of. */
  get settled (): boolean { return this.reader.settled && this.#indexed >= this.#end }
  /** True while index blocks are here, or on their way, that the library does not know. */
  get scanning (): boolean { return this.#scanning !== null || this.#indexed < this.#end }

  /** Bytes of an issue that are here while it is being downloaded; null when it is not. */
  haveBytesOf (id: string): number | null { return this.#jobs.get(id)?.haveBytes ?? null }

  /** Where the index ends for a reader. */
  get #end (): number {
    return Math.min(this.reader.heads.index, sealOf(this.#parts.writer.id, this.#parts.root()) ?? Infinity)
  }

  /** Reads what is new in the index. A call while one runs makes it look again afterwards. */
  scan (): void {
    if (this.closing) return
    if (this.#scanning) {
      this.#again = true
      return
    }
    this.#again = false
    this.#scanning = this.#scan().catch((error: unknown) => {
      // Blocks that did not come are asked for again with the next news of the drive.
      if (!this.closing) this.#parts.log.debug({ error: messageOf(error) }, 'reading an index')
    }).finally(() => {
      this.#scanning = null
      this.emit('progressed')
      if (this.#again) this.scan()
    })
  }

  async #scan (): Promise<void> {
    const { newsletter, writer, library } = this.#parts
    const from = Math.max(1, this.#indexed)
    const to = this.#end
    if (from >= to) {
      this.#indexed = Math.max(this.#indexed, to)
      return
    }
    let batch: LibraryIssue[] = []
    let first = true
    const flush = async (): Promise<void> => {
      await library.putIssues(batch)
      for (const issue of batch) this.#follow(issue)
      batch = []
      first = false
    }
    for await (const found of scanIndex(this.reader, from, to)) {
      if (this.closing) return
      if (found.kind === 'fault') this.emit('faulty', found.error)
      else if (found.kind === 'newsletter') await this.#describe(found)
      else {
        const issue = await this.#judge(found)
        if (issue) batch.push(issue)
        if (first || batch.length >= BATCH) await flush()
      }
    }
    await flush()
    await library.setIndexedLength(newsletter, writer.id, to)
    this.#indexed = to
  }

  async #describe (found: FoundDocument): Promise<void> {
    try {
      this.emit('described', await readDocument(this.reader, found), this.#parts.writer)
    } catch (error) {
      if (!isAppError(error) || error.code === 'TIMED_OUT') throw error
      this.emit('faulty', error)
    }
  }

  /** The record of an issue, refused or not; null when there is nothing new about it. */
  async #judge (found: FoundDocument): Promise<LibraryIssue | null> {
    const { newsletter, writer, library } = this.#parts
    const place = { newsletter, writer: writer.id, id: found.id, seq: found.entry.seq }
    const known = await library.issue(newsletter, found.id)
    try {
      return await readFoundIssue(this.reader, found, place, known, this.#parts.root())
    } catch (error) {
      if (!isAppError(error) || error.code === 'TIMED_OUT') throw error
      if (!known || known.state === 'notVerified') return refusedRecordOf(place, error)
      // A bad revision does not take away a good one that is here.
      this.emit('faulty', error)
      return null
    }
  }

  /** After a start: goes on with what was not complete. */
  async #resume (): Promise<void> {
    const { newsletter, writer, library } = this.#parts
    for (const { id } of await library.incomplete(newsletter)) {
      const issue = await library.issue(newsletter, id)
      if (issue?.writer === writer.id) this.#follow(issue)
    }
  }

  /** Takes an issue that stands in the library to the end: downloads what is missing, then verifies. */
  #follow (issue: LibraryIssue): void {
    this.emit('issueChanged', issue.id)
    if (issue.state === 'notVerified' || this.closing) return
    this.#inBackground(async () => {
      const here = await Promise.all(issue.locations.map(part => this.reader.has(part)))
      if (here.every(Boolean)) return await this.#verify(issue)
      const haveBytes = await contentBytesHere(this.reader, issue.locations)
      if (this.closing) return
      let shown = issue.state === 'downloading'
      const job: DownloadJob = {
        reader: this.reader,
        runs: runsOf(issue.locations),
        publishedAt: issue.publishedAt,
        sizeBytes: issue.sizeBytes,
        haveBytes,
        onComplete: () => {
          this.#jobs.delete(issue.id)
          this.#inBackground(() => this.#verify(issue))
        },
        onFault: error => this.#inBackground(() => this.#refuse(issue, error)),
        onProgress: () => {
          this.emit('progressed')
          if (shown) return
          shown = true
          this.#inBackground(() => this.#update(issue, { state: 'downloading' }))
        }
      }
      this.#jobs.set(issue.id, job)
      this.#parts.downloads.add(job)
    })
  }

  async #verify (issue: LibraryIssue): Promise<void> {
    try {
      await checkIssueBytes(this.reader, issue)
    } catch (error) {
      if (this.closing) return
      if (!isAppError(error)) throw error
      return await this.#refuse(issue, error)
    }
    await this.#update(issue, { state: 'ready', problem: null, haveBytes: issue.sizeBytes, haveParts: issue.parts })
  }

  async #refuse (issue: LibraryIssue, error: AppError): Promise<void> {
    this.#jobs.delete(issue.id)
    await this.#update(issue, { state: 'notVerified', problem: { code: error.code, reason: error.message } })
  }

  async #update (issue: LibraryIssue, change: Parameters<Library['updateIssue']>[2]): Promise<void> {
    await this.#parts.library.updateIssue(issue.newsletter, issue.id, change)
    this.emit('issueChanged', issue.id)
    this.emit('progressed')
  }

  #inBackground (work: () => Promise<void>): void {
    const failed = (error: unknown): void => { if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'following a drive') }
    const running = work().catch(failed).finally(() => this.#verifying.delete(running))
    this.#verifying.add(running)
  }
}
