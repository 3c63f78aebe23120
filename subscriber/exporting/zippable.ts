import { AppError } from '../../shared/errors.ts'
import type { Book } from './book.ts'

/** A ZIP file counts its entries in 16 bits, and its bytes in 32: what is more would make a file that nobody can open. */
const ENTRIES = 65_535
const BYTES = 2 ** 32
/** What belongs to no chapter. */
const OWN_ENTRIES = 10
/** Of the list at a ZIP file's end, for each entry; and for the text of a chapter as a page, over its Markdown. */
const ENTRY_BYTES = 1_000
const PAGE_BYTES = 20_000

/** @throws AppError TOO_LARGE for a book that may not fit into one ZIP file, which an EPUB is, too */
export function checkZippable ({ chapters }: Pick<Book, 'chapters'>): void {
  let entries = OWN_ENTRIES
  let sizeBytes = 0
  for (const { manifest: { body, files } } of chapters) {
    entries += 1 + files.length
    sizeBytes += PAGE_BYTES + 2 * body.size + files.reduce((sum, { size }) => sum + size, 0)
  }
  if (entries <= ENTRIES && sizeBytes + entries * ENTRY_BYTES <= BYTES) return
  throw new AppError('TOO_LARGE', 'That is more than one file of this kind can hold. Export single issues, or a folder: "colporteur export … --as markdown".')
}
