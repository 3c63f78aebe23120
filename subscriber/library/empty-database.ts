import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { PAGE_BYTES, setSum, SUM_BYTES } from './page-sums.ts'
import { RESERVED_AT } from './guarded-files.ts'

/** Makes a database whose pages have sums: SQLite takes over what the header of one says, and can not be told otherwise. */
export function makeEmptyDatabase (file: string): void {
  const beside = `${file}.new`
  const fd = openSync(beside, 'w', 0o600)
  try {
    writeSync(fd, firstPage(), 0, PAGE_BYTES, 0)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  putInPlace(beside, file)
}

/** Gives a file the name of another, for good: after a power cut it has it. */
export function putInPlace (from: string, to: string): void {
  renameSync(from, to)
  // Windows can't open a folder, and needs no sync of it.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(to), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** As SQLite makes it itself (sqlite.org/fileformat2.html), but for the bytes that it leaves alone: the header, and the list of tables, which is empty. */
function firstPage (): Uint8Array {
  const page = Buffer.alloc(PAGE_BYTES)
  page.write('SQLite format 3\0')
  page.writeUInt16BE(PAGE_BYTES, 16)
  page.set([1, 1], 18) // a journal that is rolled back, until it is told otherwise
  page[RESERVED_AT] = SUM_BYTES
  page.set([64, 32, 32], 21) // which have no other values
  page.writeUInt32BE(1, 28) // one page
  page[100] = 0x0d // a leaf of a table
  page.writeUInt16BE(PAGE_BYTES - SUM_BYTES, 105) // where what it holds begins
  setSum(page, 0)
  return page
}
