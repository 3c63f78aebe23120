import type {
  Draft, DraftCheck, DraftSummary, DraftVersion, DraftVersionText, PublishDraft, SaveDraft
} from '../../shared/api/drafts.ts'
import type { Problem } from '../../shared/api/problem.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { createIssueId } from '../../shared/format/id.ts'
import type { Log } from '../../shared/log.ts'
import { Resource } from '../../shared/resource.ts'
import { Turns } from '../../shared/turns.ts'
import { textThread } from '../texts/text-thread.ts'
import { DraftBacking } from './draft-backup.ts'
import { DraftAttachments } from './draft-attachments.ts'
import { fileNamed } from './draft-files.ts'
import { DraftIndex } from './draft-index.ts'
import { type DraftPublisher, DraftPublishing, type DraftReviser, type DraftTiming } from './draft-publishing.ts'
import { DraftShelf } from './draft-shelf.ts'
import { keepRefused } from './keep-refused.ts'
import { hasText, newDraft, savedText, withText } from './next-text.ts'
import { OutgoingDrafts } from './outgoing-drafts.ts'
import { type DraftPreview, prepareDraft } from './prepare-draft.ts'
import { draftView, type StoredDraft, waits, withoutProblem } from './stored-draft.ts'

/** All their names are held in memory, and nobody finds anything among more. */
const DRAFTS = 1000

export interface DraftsParts {
  /** Where they lie. */
  folder: string
  publisher: DraftPublisher
  revising: DraftReviser
  log: Log
  /** False: nothing goes out from this process, as from one that only carries out a single order. */
  goesOut: boolean
  timing?: DraftTiming
}

interface DraftEvents {
  draftChanged: [draft: DraftSummary]
  /** `published`: ref of the issue that it became. */
  draftRemoved: [removed: { draft: string, published: string | null }]
}

/** What is written here and not published yet. */
export class Drafts extends Resource<DraftEvents> {
  readonly files: DraftAttachments
  readonly backing: DraftBacking
  #parts: DraftsParts
  #shelf: DraftShelf
  #index: DraftIndex
  #outgoing: OutgoingDrafts
  /** Of the issues that are to be corrected: asked for twice at once, there is one draft. */
  #corrections = new Turns()

  constructor (parts: DraftsParts) {
    super()
    this.#parts = parts
    this.#shelf = new DraftShelf(parts.folder, parts.log)
    this.#index = new DraftIndex(this.#shelf, {
      changed: draft => {
        this.#outgoing.changed(draft)
        this.emit('draftChanged', draft)
      },
      removed: (draft, published) => {
        this.#outgoing.removed(draft)
        this.emit('draftRemoved', { draft, published })
      }
    })
    this.files = new DraftAttachments(this.#index)
    this.backing = new DraftBacking(this.#index)
    const publishing = new DraftPublishing(parts.publisher, parts.revising, parts.timing ?? {})
    this.#outgoing = new OutgoingDrafts({ index: this.#index, shelf: this.#shelf, publishing, log: parts.log })
  }

  protected override async _open (): Promise<void> {
    await this.#index.open()
    this.goOn()
    if (this.#parts.goesOut) this.#outgoing.start()
  }

  protected override async _close (): Promise<void> {
    this.#outgoing.stop()
    await this.#index.settled()
  }

  /** What waited for keys that were locked is tried again: of one newsletter, or of all. */
  goOn (newsletter: Address | null = null): void { this.#outgoing.goOn(newsletter) }

  /** The one saved last comes first. */
  list (): DraftSummary[] {
    return this.#index.summaries.sort((a, b) => b.savedAt.localeCompare(a.savedAt))
  }

  /** Which drafts something else than this program has changed, and which can not be opened. */
  get problems (): Problem[] {
    const changed = this.list().flatMap(({ title, problem }) => problem ? [{ ...problem, reason: `${title || 'A draft without a title'}: ${problem.reason}` }] : [])
    return [...changed, ...this.#shelf.problems]
  }

  /** @throws AppError NOT_WRITER */
  async create (newsletter: Address, language: string): Promise<Draft> {
    return draftView(await this.#add(newDraft(createIssueId(new Date()), newsletter, language)))
  }

  /**
   * A draft with the text and files of an issue, to correct it: the one that was begun, if there is one.
   *
   * @throws AppError NOT_WRITER, ISSUE_NOT_FOUND, NOT_COMPLETE, CONFLICT when it was withdrawn
   */
  async correct (newsletter: Address, issue: string): Promise<Draft> {
    const ref = `${issue}@${newsletter}`
    return await this.#corrections.inTurn(ref, async () => await this.#correct(newsletter, issue, ref))
  }

  async #correct (newsletter: Address, issue: string, ref: string): Promise<Draft> {
    const begun = this.#index.summaries.find(({ corrects }) => corrects?.issue === ref)
    if (begun && begun.version > 0) return await this.get(begun.id)
    // Its text had not come when the process was killed.
    if (begun) await this.#index.discard(begun.id)
    const { manifest, markdown, files } = await this.#parts.revising.text(newsletter, issue)
    const corrects = { issue: ref, revision: manifest.revision }
    const { id } = await this.#add({ ...newDraft(createIssueId(new Date()), newsletter, manifest.language), corrects })
    try {
      for (const { path, alt, bytes } of files) await this.files.put(id, { name: fileNamed(path), alt, bytes })
      const { title, subtitle = '', tags = [] } = manifest
      return await this.save(id, { baseVersion: 0, title, subtitle, tags, markdown })
    } catch (error) {
      await this.#index.discard(id).catch(() => {}) // as it was in another window meanwhile
      throw error
    }
  }

  async #add (draft: StoredDraft): Promise<StoredDraft> {
    await this.#parts.publisher.checkWriter(draft.newsletter, { mayBeLocked: true })
    if (this.#index.summaries.length >= DRAFTS) throw new AppError('TOO_LARGE', `There are ${DRAFTS} drafts. Discard some before you begin another.`)
    await this.#index.add(draft)
    return draft
  }

  /** @throws AppError NOT_FOUND, as all that follow */
  async get (id: string): Promise<Draft> {
    return draftView(await this.#index.read(id))
  }

  /** @throws AppError CONFLICT when the text was written on from another version than the newest; DISK_FULL */
  async save (id: string, change: SaveDraft): Promise<Draft> {
    return await this.#index.change(id, async (draft, folder) => {
      const text = savedText(draft, change)
      const looked = change.isRight && draft.problem ? withoutProblem(draft) : draft
      // Also when the answer to a save got lost, and it is sent again.
      if (hasText(draft, text)) {
        if (looked !== draft) await folder.write(looked)
        return looked
      }
      if (change.baseVersion !== draft.version) {
        const version = await keepRefused(draft, text, folder)
        throw new AppError('CONFLICT', `The draft was saved in another window meanwhile, as version ${draft.version}. Your text is kept as version ${version}: nothing is lost. Look at both before you go on.`)
      }
      const next = withText(looked, text, 'saved')
      await folder.writeNext(draft, next)
      return next
    })
  }

  /** @throws AppError CONFLICT while it waits to go out */
  async discard (id: string): Promise<void> {
    await this.#index.inTurn(id, async ({ publication }) => {
      if (waits(publication)) throw new AppError('CONFLICT', 'This draft waits to go out. Take that back first.')
      await this.#index.discard(id)
    })
  }

  /** Newest first. */
  async versions (id: string): Promise<DraftVersion[]> {
    return (await this.#index.read(id)).versions.toReversed()
  }

  async version (id: string, version: number): Promise<DraftVersionText> {
    const draft = await this.#index.read(id)
    const entry = draft.versions.find(candidate => candidate.version === version)
    const isNow = version === draft.version
    const found = entry && (isNow ? { draft, check: 'right' } : await this.#index.folder(id).findVersion(version))
    if (!entry || !found) throw new AppError('NOT_FOUND', `Version ${version} of this draft is not kept.`)
    const { title, subtitle, markdown, language, tags } = found.draft
    return { ...entry, title, subtitle, markdown, language, tags, problem: found.check === 'wrong' ? changedVersion(version) : null }
  }

  async check (id: string): Promise<DraftCheck> {
    return await textThread.run('checkDraft', await this.#index.read(id))
  }

  /** @throws AppError TOO_LARGE */
  async preview (id: string): Promise<DraftPreview> {
    const draft = await this.#index.read(id)
    const { prepared, fileNames } = await prepareDraft(draft, this.#index.folder(id))
    const { title, subtitle, language, publishedAt, body, files } = prepared
    const markdown = new TextDecoder().decode(body)
    return { newsletter: draft.newsletter, title, subtitle, language, publishedAt: publishedAt ?? new Date().toISOString(), markdown, files, fileNames }
  }

  /**
   * Lets a draft go out after a moment, or at a time. While it is held, asking again changes nothing.
   *
   * @throws AppError BAD_SOURCE with what stands against it, BAD_REQUEST, NOT_WRITER, CONFLICT when it has gone out
   */
  async publish (id: string, request: PublishDraft): Promise<Draft> {
    return await this.#outgoing.publish(id, request)
  }

  /** @throws AppError CONFLICT when it has gone out */
  async unpublish (id: string): Promise<Draft> {
    return await this.#outgoing.unpublish(id)
  }
}

function changedVersion (version: number): Problem {
  return { code: 'DAMAGED', reason: `The file versions/${version}.json of this draft was changed by something other than this program: damage, a hand, or an earlier version of it. This is what stands there now.` }
}
