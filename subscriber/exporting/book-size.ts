import { AppError } from '../../shared/errors.ts'
import { type Book, pictureEnding } from './book.ts'
import { REPEATED_BYTES } from './html-book.ts'

/** A ZIP file counts its entries in 16 bits, and its bytes in 32: what is more would make a file that nobody can open. */
const ENTRIES = 65_535
const BYTES = 2 ** 32
/** What belongs to no chapter. */
const OWN_ENTRIES = 10
/** Of the list at a ZIP file's end, for each entry; and for the text of a chapter as a page, over its Markdown. */
const ENTRY_BYTES = 1_000
const PAGE_BYTES = 20_000

/** A ZIP file's, and more than a browser opens: as one page, too, it would be made in vain. Its pictures grow by a third. */
const PAGE_LIMIT_BYTES = BYTES * 3 / 4

/** @throws AppError TOO_LARGE for a book that is too long for one page with its pictures in it */
export function checkOnePage ({ chapters }: Pick<Book, 'chapters'>): void {
  const sizeBytes = chapters.reduce((sum, { manifest: { body, files } }) =>
    sum + PAGE_BYTES + 2 * body.size + files.reduce((sum, file) => sum + (pictureEnding(file) === null ? 0 : file.size), 0), REPEATED_BYTES)
  if (sizeBytes > PAGE_LIMIT_BYTES) throw tooLarge()
}

/** @throws AppError TOO_LARGE for a book that may not fit into one ZIP file, which an EPUB is, too */
export function checkZippable ({ chapters }: Pick<Book, 'chapters'>): void {
  let entries = OWN_ENTRIES
  let sizeBytes = 0
  for (const { manifest: { body, files } } of chapters) {
    entries += 1 + files.length
    sizeBytes += PAGE_BYTES + 2 * body.size + files.reduce((sum, { size }) => sum + size, 0)
  }
  if (entries <= ENTRIES && sizeBytes + entries * ENTRY_BYTES <= BYTES) return
  throw tooLarge()
}

function tooLarge (): AppError {
  return new AppError('TOO_LARGE', 'That is more than one file of this kind can hold. Export single issues, or a folder: "colporteur export … --as markdown".')
}
