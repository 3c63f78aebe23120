import { basename } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat, type NewsletterExported } from '../../shared/api/exports.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import type { IssueKey } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import type { Reading } from '../reading/reading.ts'
import type { Book, Chapter } from './book.ts'
import { epubBook } from './epub-book.ts'
import { fileName } from './file-name.ts'
import { htmlBook } from './html-book.ts'
import { markdownBook } from './markdown-book.ts'
import { writeNewFile, writeNewFolder } from './write-export.ts'
import { zipEntries } from './zip-entries.ts'
import { checkOnePage, checkZippable } from './book-size.ts'

/** A file to be kept: its name, and its bytes as they are made. */
export interface ExportedFile { name: string, type: string, bytes: AsyncIterable<Uint8Array> }

/** Writes what is complete here so that other programs read it. All throw NOT_COMPLETE or NOT_VERIFIED for an issue that is not, and TOO_LARGE. */
export class Exporting {
  #library: Library
  #reading: Reading

  constructor ({ library, reading }: { library: Library, reading: Reading }) {
    this.#library = library
    this.#reading = reading
  }

  /** @throws AppError CONFLICT when there is something, BAD_SOURCE when nothing can be made there, DISK_FULL */
  async issue (key: IssueKey, format: ExportFormat, path: string): Promise<{ path: string, files: string[], sizeBytes: number }> {
    return await write(await this.#bookOfIssue(key), format, path)
  }

  /** Everything of a newsletter that is complete here. Throws like {@link issue}; NOT_FOUND when that is nothing. */
  async newsletter (address: Address, format: ExportFormat, path: string): Promise<NewsletterExported> {
    const { book, leftOut } = await this.#bookOfNewsletter(address)
    const { sizeBytes } = await write(book, format, path)
    return { path, issues: book.chapters.length, leftOut, sizeBytes }
  }

  /** An issue as one file, Markdown and its files packed together. */
  async issueFile (key: IssueKey, format: ExportFormat): Promise<ExportedFile> {
    return fileOf(await this.#bookOfIssue(key), format)
  }

  async newsletterFile (address: Address, format: ExportFormat): Promise<ExportedFile> {
    return fileOf((await this.#bookOfNewsletter(address)).book, format)
  }

  async #bookOfIssue (key: IssueKey): Promise<Book> {
    const chapter = await this.#chapter(key)
    const { title, summary = '', subtitle = '', authors, language, publishedAt, revisedAt } = chapter.manifest
    return {
      id: `${formatAddress(key.newsletter)}/${key.id}`,
      title,
      description: summary || subtitle,
      authors: authors.map(({ name }) => name),
      language,
      publisher: chapter.newsletterTitle,
      licence: (await this.#library.newsletter(key.newsletter))?.licence ?? '',
      modifiedAt: revisedAt ?? publishedAt,
      chapters: [chapter]
    }
  }

  async #bookOfNewsletter (address: Address): Promise<{ book: Book, leftOut: number }> {
    const library = this.#library
    const [newsletter, placed, { total }] = await Promise.all([library.newsletter(address), library.placedIssues(address), library.counts(address)])
    if (!newsletter) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    const chapters: Chapter[] = []
    for (const { id } of placed.reverse()) {
      // What is let go of meanwhile is left out like the others.
      const chapter = await this.#chapter({ newsletter: address, id }).catch((error: unknown) => {
        if (isAppError(error)) return null
        throw error
      })
      if (chapter) chapters.push(chapter)
    }
    if (chapters.length === 0) throw new AppError('NOT_FOUND', 'No issue of this newsletter is complete on this node.')
    const { title, description, authors, language, licence } = newsletter
    const modifiedAt = chapters.map(({ manifest: { revisedAt, publishedAt } }) => revisedAt ?? publishedAt).sort().at(-1)!
    const id = formatAddress(address)
    const book = { id, title: title || id, description, authors, language, publisher: title, licence, modifiedAt, chapters }
    return { book, leftOut: total - chapters.length }
  }

  async #chapter (key: IssueKey): Promise<Chapter> {
    const reading = this.#reading
    const { number, newsletterTitle, manifest, writerName, signingKey } = await reading.whole(key)
    return {
      id: key.id,
      number,
      newsletterTitle,
      manifest,
      signer: { name: writerName, keyId: keyIdText(signingKey) },
      markdown: async names => await reading.renamed(key, names),
      adapted: async adapting => await reading.adapted(key, adapting),
      file: async ({ path }) => await reading.file(key, path.slice('files/'.length))
    }
  }
}

async function write (book: Book, format: ExportFormat, path: string): Promise<{ path: string, files: string[], sizeBytes: number }> {
  if (format === 'markdown') return { path, ...await writeNewFolder(path, markdownBook(book)) }
  return { path, files: [basename(path)], sizeBytes: await writeNewFile(path, bytesIn(book, format)) }
}

function fileOf (book: Book, format: ExportFormat): ExportedFile {
  const { ending, type } = EXPORT_FORMATS[format]
  return { name: fileName(book.title, ending), type, bytes: bytesIn(book, format) }
}

function bytesIn (book: Book, format: ExportFormat): AsyncGenerator<Uint8Array> {
  if (format === 'html') {
    checkOnePage(book)
    return htmlBook(book)
  }
  checkZippable(book)
  return zipEntries(format === 'epub' ? epubBook(book) : markdownBook(book), new Date(book.modifiedAt))
}
