import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import { foundAt } from '../../shared/file-at.ts'
import { textThread } from '../texts/text-thread.ts'
import { dateFromName } from './issue-date.ts'
import { findFolderText, isMarkdownName, normalizeLines, readText, stemOf } from './prepare-issue.ts'

/** An issue that a folder holds, to be prepared from `path`. */
export interface FoundIssue {
  path: string
  /** Stem of the file, or the folder's name. */
  name: string
  date: Date | null
}

/** Files that tell about a folder, unless they carry a date. */
const ABOUT = /^(readme|licen[cs]e|changelog|contributing|code[-_]of[-_]conduct|index)$/i

/**
 * The issues in a folder: every Markdown file directly in it, and every folder directly in it that holds one issue.
 * Oldest first; what has no date comes last; what is equally old in the order of the names' numbers.
 *
 * @returns also the names of symbolic links that would be issues, if links were followed
 * @throws AppError BAD_SOURCE when the folder can't be read
 */
export async function findIssues (folder: string): Promise<{ issues: FoundIssue[], links: string[] }> {
  if (!(await foundAt(folder)).isDirectory()) throw new AppError('BAD_SOURCE', `${folder} is no folder. "colporteur publish" publishes one file; to import, name the folder that holds it.`)
  const entries = await readdir(folder, { withFileTypes: true }).catch(error => {
    throw new AppError('BAD_SOURCE', `The folder ${folder} can not be read: ${messageOf(error)}.`, { cause: error })
  })
  const issues: FoundIssue[] = []
  const links: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      const text = await findFolderText(path)
      if (text) issues.push({ path, name: entry.name, date: await dateOf(join(path, text), [entry.name, stemOf(text)]) })
    } else if (entry.isFile() && isMarkdownName(entry.name)) {
      const name = stemOf(entry.name)
      const date = await dateOf(path, [name])
      if (date || !ABOUT.test(name)) issues.push({ path, name, date })
    } else if (entry.isSymbolicLink() && !entry.name.startsWith('.') && (isMarkdownName(entry.name) || await leadsToFolder(path))) links.push(entry.name)
  }
  const { compare } = new Intl.Collator('en', { numeric: true })
  const time = ({ date }: FoundIssue) => date?.getTime() ?? Number.MAX_VALUE
  return { issues: issues.sort((a, b) => time(a) - time(b) || compare(a.name, b.name) || compare(a.path, b.path)), links: links.sort(compare) }
}

async function leadsToFolder (path: string): Promise<boolean> {
  return await stat(path).then(found => found.isDirectory(), () => false) // it leads nowhere
}

async function dateOf (path: string, names: string[]): Promise<Date | null> {
  const fromName = names.map(dateFromName).find(date => date !== null) ?? null
  try {
    return await textThread.run('date', normalizeLines(await readText(path))) ?? fromName
  } catch (error) {
    // What is wrong with one issue is told when it is prepared; it must not hide the others.
    if (isAppError(error)) return fromName
    throw error
  }
}
