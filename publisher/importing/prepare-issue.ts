import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { AppError, messageOf } from '../../shared/errors.ts'
import { fileAt, foundAt } from '../../shared/file-at.ts'
import { BODY_BYTES, ISSUE_BYTES } from '../../shared/format/limits.ts'
import { textThread } from '../texts/text-thread.ts'
import { embedFiles, type FileSource } from './embed-files.ts'
import { dateFromName, titleFromName } from './issue-date.ts'
import { IssueFolder } from './issue-folder.ts'
import { plainLine } from './markdown-text.ts'
import type { PreparedFile, PreparedIssue } from './prepared-issue.ts'

const TEXT_FILE = /\.(md|markdown|txt)$/i
/** The text of a folder's issue, in the order in which it is looked for. */
const FOLDER_TEXTS = ['index.md', 'issue.md']
/** Beside other texts it may as well tell about them: it is the issue only where the folder's name has a date, as that of an issue. */
const DATED_FOLDER_TEXTS = [...FOLDER_TEXTS, 'readme.md']
/** A file may be larger than the text in it by its front matter, comments and line ends. */
const SOURCE_BYTES = 2 * BODY_BYTES

/** What the issue was before that the source shall become: it counts where the source does not say. */
export interface Before {
  title: string
  /** Files of the issue, which the source may name without bringing them along. */
  with (folder: IssueFolder): IssueFiles
}

/** Finds files, and knows which were taken. */
export interface IssueFiles extends FileSource { readonly files: PreparedFile[] }

/**
 * An issue from a file, or from the folder that holds one issue.
 *
 * @throws AppError BAD_SOURCE, TOO_LARGE
 */
export async function preparePath (path: string, before?: Before): Promise<PreparedIssue> {
  const found = await foundAt(path)
  if (found.isDirectory()) return await prepareFolder(path, before)
  await fileAt(path)
  return await prepareFile(path, before)
}

/**
 * An issue from a text file; pictures and attachments are looked for in its folder.
 *
 * @throws AppError BAD_SOURCE, TOO_LARGE
 */
export async function prepareFile (path: string, before?: Before): Promise<PreparedIssue> {
  if (!TEXT_FILE.test(path)) {
    throw new AppError('BAD_SOURCE', `${basename(path)} is no Markdown text. Name a file that ends in .md, .markdown or .txt.`)
  }
  return await prepare(await readText(path), [stemOf(path)], new IssueFolder(dirname(resolve(path))), before)
}

/**
 * An issue from the folder that holds it: its text is index.md, issue.md or the only Markdown file; README.md in a folder with a date in its name.
 *
 * @throws AppError BAD_SOURCE, TOO_LARGE
 */
export async function prepareFolder (path: string, before?: Before): Promise<PreparedIssue> {
  const text = await findFolderText(path)
  if (!text) {
    const what = (await textsIn(path)).length === 0 ? 'holds no Markdown file' : 'holds several Markdown files, and it is not clear which is the issue'
    throw new AppError('BAD_SOURCE', `The folder ${basename(resolve(path))} ${what}. Name the file itself, or call the text of the issue index.md.`)
  }
  return await prepare(await readText(join(path, text)), [basename(resolve(path)), stemOf(text)], new IssueFolder(path), before)
}

/**
 * An issue from a text alone. Without a folder there are no local pictures: their descriptions take their place.
 *
 * @param name the file's name, if it had one
 * @throws AppError BAD_SOURCE, TOO_LARGE
 */
export async function prepareText (markdown: string, name: string | null, before?: Before): Promise<PreparedIssue> {
  return await prepare(markdown, name ? [stemOf(name)] : [], new IssueFolder(null), before)
}

/**
 * The name of the file in a folder that is the text of its one issue; null when there is none, or it is not clear which.
 *
 * @throws AppError BAD_SOURCE when the folder can't be read
 */
export async function findFolderText (path: string): Promise<string | null> {
  const texts = await textsIn(path)
  const names = dateFromName(basename(resolve(path))) ? DATED_FOLDER_TEXTS : FOLDER_TEXTS
  const named = names.map(name => texts.find(text => text.toLowerCase() === name)).find(text => text !== undefined)
  return named ?? (texts.length === 1 ? texts[0]! : null)
}

async function textsIn (folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(error => { throw unreadable(folder, error) })
  return entries.filter(entry => entry.isFile() && isMarkdownName(entry.name)).map(({ name }) => name).sort()
}

export function isMarkdownName (name: string): boolean {
  return /\.(md|markdown)$/i.test(name) && !name.startsWith('.')
}

export function stemOf (path: string): string {
  return TEXT_FILE.test(path) ? basename(path, extname(path)) : basename(path)
}

/**
 * A text file with lines ended by LF and without byte order mark.
 *
 * @throws AppError BAD_SOURCE when it is not UTF-8, TOO_LARGE
 */
export async function readText (path: string): Promise<string> {
  try {
    if ((await stat(path)).size > SOURCE_BYTES) throw tooLarge(`The text ${basename(path)}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    if (error instanceof AppError) throw error
    if (error instanceof TypeError) {
      throw new AppError('BAD_SOURCE', `${basename(path)} is not UTF-8 text. Save it as UTF-8 and try again.`, { cause: error })
    }
    throw unreadable(path, error)
  }
}

export function normalizeLines (text: string): string {
  return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
}

/** @param names what the source is called; dates and titles are looked for in the first first */
async function prepare (source: string, names: string[], folder: IssueFolder, before?: Before): Promise<PreparedIssue> {
  const text = normalizeLines(source)
  if (text.includes('\0')) throw new AppError('BAD_SOURCE', 'This is not text: it has bytes of zero in it.')
  if (text.trim() === '') throw new AppError('BAD_SOURCE', 'There is no text to publish: the source is empty.')
  if (text.length > SOURCE_BYTES) throw tooLarge('The text')
  const { frontMatter, converted, heading, notes: textNotes } = await textThread.run('parts', text)
  const { title: givenTitle, date, notes: _, ...values } = frontMatter
  const notes = new Set(textNotes)
  const note = (text: string) => { notes.add(text) }

  const isTitled = heading?.isFirst && heading.level === 1
  const titled = isTitled ? converted.slice(heading.to) : converted
  const available = before?.with(folder) ?? folder
  const body = await prepareBody(titled, available, note)
  const { files } = available
  if (files.reduce((sum, { sizeBytes }) => sum + sizeBytes, body.length) > ISSUE_BYTES) throw tooLarge('The issue')

  const publishedAt = date ?? names.map(dateFromName).find(date => date !== null) ?? null
  // The text of an issue that has a title may have headings, which name parts of it.
  const headed = isTitled || !before?.title ? plainLine(heading?.title ?? '', 500) : ''
  const title = givenTitle || headed || before?.title || plainLine(titleFromName(names[0] ?? ''), 500) || 'Untitled'
  return { sourceName: names[0] ?? '', title, ...values, publishedAt: publishedAt?.toISOString() ?? null, body, files, notes: [...notes] }
}

/**
 * The text of an issue as it is published, with its files taken from where they lie.
 *
 * @param markdown without front matter and raw HTML
 * @throws AppError TOO_LARGE
 */
export async function prepareBody (markdown: string, files: FileSource, note: (text: string) => void): Promise<Uint8Array> {
  const embedded = await embedFiles(markdown, files, note)
  const body = new TextEncoder().encode(embedded.replace(/^([ \t]*\n)+/, '').trimEnd() + '\n')
  if (body.length > BODY_BYTES) throw tooLarge('The text')
  return body
}

function tooLarge (what: string): AppError {
  const limit = what === 'The issue' ? '2 GiB' : '4 MiB'
  return new AppError('TOO_LARGE', `${what} is larger than ${limit}, the most that the format allows.`)
}

function unreadable (path: string, error: unknown): AppError {
  return new AppError('BAD_SOURCE', `${path} can not be read: ${messageOf(error)}.`, { cause: error })
}
