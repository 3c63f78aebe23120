import { Readable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'
import { type IssueManifest, type IssueManifestFile, readManifest } from '../../shared/format/issue.ts'
import { BODY_NAME } from '../../shared/format/paths.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Adapted, Adapting } from '../exporting/adapt-html.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { type IssuePageHtml, type PageAround, renderPage } from '../rendering/page.ts'
import type { Renderer } from '../rendering/renderer.ts'
import type { CheckedFile, CheckedManifest, PictureChecks } from './picture-checks.ts'
import { TooLargeTexts } from './too-large-texts.ts'

/** A verified issue, complete or at least with its text, and all that reading it needs. */
export interface ReadableIssue {
  issue: LibraryIssue
  /** That readers see. */
  number: number
  reader: DriveReader
  newsletterTitle: string
  writerName: string
  /** minisign public key of its writer. */
  signingKey: string
}

/** What an issue consists of, besides its files. */
export type IssueDocument = 'issue.json' | 'issue.json.minisig' | 'body.md'

export interface Article { manifest: CheckedManifest, html: string }

export interface OpenFile {
  /** MIME type: of a picture what it is, else as the writer says. */
  type: string
  sizeBytes: number
  /** BLAKE2b-256 in hex: the same for ever. */
  hash: string
  /** Why it is not shown as a picture, though its writer calls it one; null when it is, and for what is none. */
  notShown: string | null
  /** From byte `start` to byte `end`, inclusive. */
  open: (start: number, end: number) => Readable
}

/** Shows issues that can be read, as text, as a page, and file by file. */
export class IssueReader {
  #renderer: Renderer
  #pictures: PictureChecks
  #tooLarge = new TooLargeTexts()

  constructor ({ renderer, pictures }: { renderer: Renderer, pictures: PictureChecks }) {
    this.#renderer = renderer
    this.#pictures = pictures
  }

  async content (readable: ReadableIssue, format: 'text' | 'markdown' | 'html'): Promise<string> {
    if (format === 'markdown') return await bodyOf(readable)
    const files = await this.#files(readable)
    if (format === 'html') return await this.#html(readable, files, name => `files/${encodeURIComponent(name)}`)
    return await this.#tooLarge.trying(`text ${placeOf(readable)}`, async () => await this.#renderer.text(await bodyOf(readable), files))
  }

  async words (readable: ReadableIssue): Promise<number> {
    return await this.#renderer.words(await bodyOf(readable))
  }

  async searchText (readable: ReadableIssue): Promise<string> {
    return await this.#renderer.searchText(await bodyOf(readable))
  }

  /** The issue as a complete page. `fileUrl` gives the address of a file by its name. */
  async page (readable: ReadableIssue, fileUrl: (name: string) => string, stylesheets: string[], around?: PageAround): Promise<IssuePageHtml> {
    const manifest = manifestOf(readable)
    const files = await this.#files(readable)
    const body = await this.#html(readable, files, fileUrl)
    return renderPage({
      newsletterTitle: readable.newsletterTitle,
      address: manifest.newsletter,
      number: readable.number,
      revision: manifest.revision,
      change: manifest.change,
      note: manifest.note ?? '',
      title: manifest.title,
      subtitle: manifest.subtitle ?? '',
      authors: manifest.authors.map(({ name }) => name),
      language: manifest.language,
      publishedAt: manifest.publishedAt,
      signer: { name: readable.writerName, keyId: keyIdText(readable.signingKey) }
    }, body, stylesheets, around)
  }

  /** The text as HTML to stand in a page of somebody else, with its manifest, which names the files that are here. */
  async article (readable: ReadableIssue, fileUrl: (name: string) => string): Promise<Article> {
    const files = await this.#files(readable)
    const manifest = manifestOf(readable)
    return { manifest: { ...manifest, files }, html: await this.#html(readable, files, fileUrl) }
  }

  /** The text to stand in a file. */
  async adapted (readable: ReadableIssue, adapting: Adapting): Promise<Adapted> {
    const html = await this.content(readable, 'html')
    return await this.#renderer.adapted(html, adapting)
  }

  /** Its manifest, its files as they are handed out. */
  async manifest (readable: ReadableIssue): Promise<CheckedManifest> {
    const manifest = manifestOf(readable)
    return { ...manifest, files: await this.#pictures.files(readable, manifest.files) }
  }

  async #html (readable: ReadableIssue, files: CheckedFile[], fileUrl: (name: string) => string): Promise<string> {
    return await this.#tooLarge.trying(`html ${placeOf(readable)}`, async () =>
      await this.#renderer.html(await bodyOf(readable), files, urlsOf(files, fileUrl)))
  }

  async #files (readable: ReadableIssue): Promise<CheckedFile[]> {
    return await this.#pictures.files(readable, await filesHere(readable))
  }

  /** The exact bytes of what an outsider checks. @throws AppError NOT_FOUND */
  async document ({ issue, reader }: ReadableIssue, path: IssueDocument): Promise<Buffer> {
    const part = issue.locations.find(candidate => candidate.path === path)
    if (!part) throw new AppError('NOT_FOUND', 'The issue has no such file.')
    return Buffer.from(await reader.readAll(part))
  }

  /** @throws AppError NOT_FOUND, NOT_COMPLETE, TOO_MANY_REQUESTS */
  async file (readable: ReadableIssue, name: string): Promise<OpenFile> {
    const { issue, reader } = readable
    const path = `files/${name}`
    const file = manifestOf(readable).files.find(candidate => candidate.path === path)
    const part = issue.locations.find(candidate => candidate.path === path)
    if (!file || !part) throw new AppError('NOT_FOUND', 'The issue has no such file.')
    const { type, notShown = null } = await this.#pictures.file(readable, file)
    return {
      type,
      sizeBytes: file.size,
      hash: file.blake2b,
      notShown,
      open: (start, end) => Readable.from(reader.read(part, start, end))
    }
  }
}

function manifestOf ({ issue }: ReadableIssue): IssueManifest {
  return readManifest(Buffer.from(issue.manifest))
}

/** What the text may show: a policy may have left files out. */
async function filesHere (readable: ReadableIssue): Promise<IssueManifestFile[]> {
  const { issue, reader } = readable
  const { files } = manifestOf(readable)
  if (issue.state === 'ready') return files
  const here = await Promise.all(issue.locations.map(async part => await reader.has(part) ? part.path : null))
  return files.filter(({ path }) => here.includes(path))
}

async function bodyOf ({ issue, reader }: ReadableIssue): Promise<string> {
  const part = issue.locations.find(({ path }) => path === BODY_NAME)
  if (!part) throw new AppError('NOT_COMPLETE', 'The text of the issue is missing.')
  return Buffer.from(await reader.readAll(part)).toString('utf8')
}

/** Addresses of files by their names, as the renderer takes them. */
export function urlsOf (files: Pick<IssueManifestFile, 'path'>[], fileUrl: (name: string) => string): Record<string, string> {
  return Object.fromEntries(files.map(({ path }) => {
    const name = path.slice('files/'.length)
    return [name, fileUrl(name)]
  }))
}

/** Of the same text another newsletter may make too much, by what it puts beside it. */
function placeOf ({ issue: { newsletter, id, writer, seq } }: ReadableIssue): string {
  return `${newsletter} ${id} ${writer} ${seq}`
}
