import type { IssueManifestFile } from '../../shared/format/issue.ts'
import type { OpenFile } from '../reading/issue-reader.ts'
import type { CheckedFile, CheckedManifest } from '../reading/picture-checks.ts'
import type { Adapted, AdaptedPicture, Adapting } from './adapt-html.ts'

/** What is exported to be read: an issue, or a newsletter with all its issues. */
export interface Book {
  /** `colporteur://…`: the same for the same thing on any machine. */
  id: string
  title: string
  description: string
  authors: string[]
  /** BCP 47. */
  language: string
  publisher: string
  licence: string
  /** ISO 8601: when the newest of it was signed. */
  modifiedAt: string
  /** The oldest first. */
  chapters: Chapter[]
}

/** An issue in a book. What is long is read when it is written. */
export interface Chapter {
  id: string
  number: number
  newsletterTitle: string
  manifest: CheckedManifest
  /** Whose signature holds: name and key id. */
  signer: { name: string, keyId: string }
  /** @param names by which it leads to its files: old name -> new name. @throws AppError TOO_LARGE */
  markdown: (names: Map<string, string>) => Promise<string>
  /** Its text to stand in a file. @throws AppError TOO_LARGE */
  adapted: (adapting: Adapting) => Promise<Adapted>
  file: (file: IssueManifestFile) => Promise<OpenFile>
}

/** Pictures that every reader shows, and that run nothing. */
const PICTURES: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp' }

/** The end of a picture's file name; null for what is no such picture, or not shown as one. */
export function pictureEnding ({ type, notShown }: Pick<CheckedFile, 'type' | 'notShown'>): string | null {
  return notShown === undefined ? PICTURES[type] ?? null : null
}

/** The pictures of a chapter as they are to stand in its text, by their names. */
export function adaptedPictures (
  { manifest: { files } }: Chapter, adapt: (file: IssueManifestFile, ending: string, index: number) => AdaptedPicture
): Adapting['pictures'] {
  return Object.fromEntries(files.flatMap((file, i) => {
    const ending = pictureEnding(file)
    return ending === null ? [] : [[file.path.slice('files/'.length), adapt(file, ending, i)]]
  }))
}

export interface Entry { path: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array> }

export function textEntry (path: string, text: string): Entry {
  return { path, bytes: [Buffer.from(text)] }
}

export async function * bytesOf ({ sizeBytes, open }: OpenFile): AsyncGenerator<Uint8Array> {
  if (sizeBytes > 0) yield * open(0, sizeBytes - 1) as AsyncIterable<Uint8Array>
}
