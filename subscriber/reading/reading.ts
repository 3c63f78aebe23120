import type { IssueDetails, Verification } from '../../shared/api/issues.ts'
import type { Difference, Revision } from '../../shared/api/revisions.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { rootFolder } from '../../shared/format/root-files.ts'
import type { Adapted, Adapting } from '../exporting/adapt-html.ts'
import type { Following } from '../following/following.ts'
import { issueDetails, type IssueKey, type IssueViews } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import { isReadable, type LibraryIssue } from '../library/library-issue.ts'
import type { IssuePageHtml, PageAround } from '../rendering/page.ts'
import type { Renderer } from '../rendering/renderer.ts'
import { writerOf } from '../verification/issue-manifest.ts'
import { verifyIssue } from '../verification/verify-issue.ts'
import { exportIssue } from './export-issue.ts'
import { type Article, type IssueDocument, IssueReader, type OpenFile, type ReadableIssue } from './issue-reader.ts'
import type { CheckedManifest, PictureChecks } from './picture-checks.ts'
import { differenceOf, type IssueHistory, readRevisions, revisionNumbered } from './revisions.ts'

export interface ReadingParts {
  following: Following
  library: Library
  renderer: Renderer
  pictures: PictureChecks
  views: IssueViews
}

export interface StoredIssue {
  writer: string
  /** Text of issue.json. */
  manifest: string
  parts: { path: string, sizeBytes: number, blocks: () => AsyncIterable<Uint8Array> }[]
}

/** Opens single issues. All throw ISSUE_NOT_FOUND; what shows content NOT_COMPLETE, or NOT_VERIFIED with the reason. */
export class Reading {
  #parts: ReadingParts
  #reader: IssueReader

  constructor (parts: ReadingParts) {
    this.#parts = parts
    this.#reader = new IssueReader(parts)
  }

  async issue (key: IssueKey): Promise<IssueDetails> {
    const { following, library, views } = this.#parts
    const [issue, view, beside] = await Promise.all([this.#issue(key), views.find(key), library.neighbours(key.newsletter, key.id)])
    if (!view) throw notFound()
    const follower = following.get(key.newsletter)
    const reader = follower.drive(issue.writer)
    return await issueDetails(view, issue, beside, follower.root, async part => reader !== null && await reader.has(part))
  }

  async content (key: IssueKey, format: 'text' | 'markdown' | 'html'): Promise<string> {
    return await this.#reader.content(await this.#readable(key), format)
  }

  async words (key: IssueKey): Promise<number> {
    return await this.#reader.words(await this.#readable(key))
  }

  /** The text without marks of Markdown, for the search. */
  async searchText (key: IssueKey): Promise<string> {
    return await this.#reader.searchText(await this.#readable(key))
  }

  /** The issue as a complete page. `fileUrl` gives the address of a file by its name. */
  async page (key: IssueKey, fileUrl: (name: string) => string, stylesheets: string[] = [], around?: PageAround): Promise<IssuePageHtml> {
    return await this.#reader.page(await this.#readable(key), fileUrl, stylesheets, around)
  }

  async article (key: IssueKey, fileUrl: (name: string) => string): Promise<Article> {
    return await this.#reader.article(await this.#readable(key), fileUrl)
  }

  /** The Markdown, leading to its files by other names. @param names old name -> new name @throws AppError TOO_LARGE */
  async renamed (key: IssueKey, names: Map<string, string>): Promise<string> {
    const markdown = await this.content(key, 'markdown')
    return [...names].every(([name, other]) => name === other) ? markdown : await this.#parts.renderer.renamed(markdown, names)
  }

  /** The text to stand in a file. @throws AppError TOO_LARGE */
  async adapted (key: IssueKey, adapting: Adapting): Promise<Adapted> {
    return await this.#reader.adapted(await this.#readable(key), adapting)
  }

  /** @throws AppError NOT_FOUND, TOO_MANY_REQUESTS where so many pictures of strangers wait */
  async file (key: IssueKey, name: string): Promise<OpenFile> {
    return await this.#reader.file(await this.#readable(key), name)
  }

  /** The exact bytes of its manifest, signature or text. @throws AppError NOT_FOUND */
  async document (key: IssueKey, path: IssueDocument): Promise<Buffer> {
    return await this.#reader.document(await this.#readable(key), path)
  }

  /** The root chain of a newsletter as files, as they stand in an exported issue. @throws AppError NEWSLETTER_NOT_FOUND */
  root (address: Address): { path: string, bytes: Uint8Array }[] {
    const { root } = this.#parts.following.get(address)
    return root ? rootFolder(root.chain.files) : []
  }

  async verify (key: IssueKey): Promise<Verification> {
    const [issue, listing] = await Promise.all([this.#issue(key), this.#parts.library.listing(key.newsletter, key.id)])
    const follower = this.#parts.following.get(key.newsletter)
    return { ...await verifyIssue(issue, follower.root, follower.drive(issue.writer)), number: listing?.number ?? issue.number }
  }

  /** What a complete issue is, its files as they are handed out. */
  async whole (key: IssueKey): Promise<Pick<ReadableIssue, 'number' | 'newsletterTitle' | 'writerName' | 'signingKey'> & { manifest: CheckedManifest }> {
    const readable = await this.#complete(key)
    const { number, newsletterTitle, writerName, signingKey } = readable
    return { number, newsletterTitle, writerName, signingKey, manifest: await this.#reader.manifest(readable) }
  }

  async exportIssue (key: IssueKey, folder: string): Promise<{ path: string, files: string[], sizeBytes: number }> {
    const { issue, reader } = await this.#complete(key)
    return await exportIssue(issue, this.#parts.following.get(key.newsletter).root!, reader, folder)
  }

  /** The newest first. None while one is on its way, in whose place nothing else is shown: that is a state of the issue, and no failure. */
  async revisions (key: IssueKey): Promise<Revision[]> {
    const { state } = await this.#issue(key)
    if (state === 'waiting' || state === 'downloading') return []
    return await readRevisions(await this.#history(key))
  }

  /** @throws AppError NOT_FOUND when there is no such revision, or nothing of its text any more */
  async revision (key: IssueKey, revision: number): Promise<{ revision: Revision, markdown: string }> {
    const history = await this.#history(key)
    const { view, markdown } = await revisionNumbered(history, await readRevisions(history), revision)
    if (markdown === null) throw new AppError('NOT_FOUND', `The text of revision ${revision} is not here: it was erased.`)
    return { revision: view, markdown }
  }

  /** The newest revision and the one before it, unless told. @throws AppError NOT_FOUND */
  async compare (key: IssueKey, { from, to }: { from?: number, to?: number }): Promise<Difference> {
    const history = await this.#history(key)
    const read = await readRevisions(history)
    const later = await revisionNumbered(history, read, to ?? read[0]!.revision)
    const earlier = await revisionNumbered(history, read, from ?? later.view.revision - 1)
    const lines = await this.#parts.renderer.compared(earlier.markdown ?? '', later.markdown ?? '').catch((error: unknown) => {
      if (isAppError(error) && error.code === 'TOO_LARGE') return null
      throw error
    })
    return differenceOf(earlier, later, lines)
  }

  async #history (key: IssueKey): Promise<IssueHistory> {
    const { issue, reader } = await this.#readable(key)
    return { issue, reader, root: this.#parts.following.get(key.newsletter).root! }
  }

  /** All bytes of a complete issue, those of earlier revisions too. */
  async stored (key: IssueKey): Promise<StoredIssue> {
    const { issue, reader } = await this.#complete(key)
    const parts = issue.locations.map(part => ({ path: part.path, sizeBytes: part.byteLength, blocks: () => reader.read(part) }))
    return { writer: issue.writer, manifest: issue.manifest, parts }
  }

  async #issue ({ newsletter, id }: IssueKey): Promise<LibraryIssue> {
    const issue = await this.#parts.library.issue(newsletter, id)
    if (!issue) throw notFound()
    return issue
  }

  async #complete (key: IssueKey): Promise<ReadableIssue> {
    const readable = await this.#readable(key)
    if (readable.issue.state !== 'ready') throw new AppError('NOT_COMPLETE', 'Only the text of the issue is on this node. Get the rest of it first: "colporteur get", or "Get it" in the console.')
    return readable
  }

  async #readable (key: IssueKey): Promise<ReadableIssue> {
    const { library, following } = this.#parts
    const [issue, newsletter, listing] = await Promise.all([this.#issue(key), library.newsletter(key.newsletter), library.listing(key.newsletter, key.id)])
    if (issue.state === 'notVerified') throw new AppError('NOT_VERIFIED', `The issue is not verified, so its content is not shown: ${issue.problem?.reason ?? 'the reason is not known'}`)
    if (!isReadable(issue)) throw new AppError('NOT_COMPLETE', 'The issue is not complete on this node yet. It opens when every byte is here.')
    const follower = following.get(key.newsletter)
    const reader = follower.drive(issue.writer)
    if (!follower.root || !reader || !newsletter || !listing) throw new AppError('NOT_COMPLETE', 'The drive of this issue is not open.')
    const { name, signingKey } = writerOf(follower.root, issue.writer)
    return { issue, number: listing.number, reader, newsletterTitle: newsletter.title, writerName: name, signingKey }
  }
}

function notFound (): AppError {
  return new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
}
