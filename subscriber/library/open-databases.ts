import { existsSync, mkdirSync, rmSync } from 'node:fs'
import sqlite, { type Database } from 'node-sqlite3-wasm'
import { makeEmptyDatabase } from './empty-database.ts'
import type { GuardedFiles } from './guarded-files.ts'
import { type LibraryFiles, libraryFiles } from './library-files.ts'
import { create, isWhole, settle, unlock, versionOf } from './one-database.ts'
import { MARKS_JOURNAL, prepareMarks } from './prepare-marks.ts'
import { INDEX_VERSION, indexSchema } from './schema.ts'

export interface OpenDatabases {
  /** The index, with the marks attached as `reader`. */
  database: Database
  /** The index was made anew, though the library has been used before. */
  rebuilt: boolean
}

/** The index is written with every issue that arrives: so it goes to the disk now and then, and never in parts. */
const INDEX_JOURNAL = 'WAL'

/** The folder belongs to this process alone, so a lock in it is of a process that was killed. */
export function openDatabases (folder: string, guard: GuardedFiles): OpenDatabases {
  const files = libraryFiles(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const used = existsSync(files.index) || existsSync(files.marks)
  prepareMarks(files.marks, guard)
  // A whole file is checked only after a crash: that takes about a second for 100,000 issues.
  const crashed = unlock(files.index)
  let database = usableIndex(files.index, crashed, guard)
  const rebuilt = database === null && used
  if (!database) {
    removeIndex(files)
    makeEmptyDatabase(files.index)
    database = new sqlite.Database(files.index)
    settle(database, INDEX_JOURNAL)
    create(database, indexSchema, INDEX_VERSION)
  }
  database.run('ATTACH ? AS reader', files.marks)
  // What is lost of the index is found again in the drives; a mark that was acknowledged has to stay.
  database.exec('PRAGMA main.synchronous = NORMAL; PRAGMA reader.synchronous = FULL; PRAGMA reader.journal_mode = ' + MARKS_JOURNAL)
  return { database, rebuilt }
}

export function removeIndex ({ index }: LibraryFiles): void {
  unlock(index)
  // A journal that stays behind would be played into the next index; '-journal' is of earlier versions.
  for (const ending of ['-journal', '-wal', '']) rmSync(index + ending, { force: true })
}

function usableIndex (file: string, check: boolean, guard: GuardedFiles): Database | null {
  if (!existsSync(file)) return null
  const database = new sqlite.Database(file)
  try {
    settle(database, INDEX_JOURNAL)
    if (versionOf(database) === INDEX_VERSION && guard.isGuarded(file) && (!check || isWhole(database, guard))) return database
  } catch {
    // Not a database, or one that can't be read: made anew like one of another version.
    guard.takeRefused()
  }
  database.close()
  return null
}
