import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sqlite, { type Database } from 'node-sqlite3-wasm'
import { AppError } from '../../shared/errors.ts'
import { INDEX_VERSION, indexSchema, MARKS_VERSION, marksSteps } from './schema.ts'

export interface LibraryFiles {
  /** The index: can be built anew from the drives at any time. */
  index: string
  /** What was read and saved: nothing else has it. */
  marks: string
}

export interface OpenDatabases {
  /** The index, with the marks attached as `reader`. */
  database: Database
  /** The index was made anew, though the library has been used before. */
  rebuilt: boolean
  /** Where read marks were moved that could not be read; null when they are fine. */
  damagedMarks: string | null
}

/** The index is written with every issue that arrives: so it goes to the disk now and then, and never in parts. */
const INDEX_JOURNAL = 'WAL'
/** A mark is on the disk when it is made. */
const MARKS_JOURNAL = 'TRUNCATE'

export function libraryFiles (folder: string): LibraryFiles {
  return { index: join(folder, 'library.sqlite'), marks: join(folder, 'reader.sqlite') }
}

/** The folder belongs to this process alone, so a lock in it is of a process that was killed. */
export function openDatabases (folder: string): OpenDatabases {
  const files = libraryFiles(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const used = existsSync(files.index) || existsSync(files.marks)
  const damagedMarks = prepareMarks(files.marks)
  // A whole file is checked only after a crash: that takes about a second for 100,000 issues.
  const crashed = unlock(files.index)
  let database = usableIndex(files.index, crashed)
  const rebuilt = database === null && used
  if (!database) {
    removeIndex(files)
    database = new sqlite.Database(files.index)
    settle(database, INDEX_JOURNAL)
    create(database, indexSchema, INDEX_VERSION)
  }
  database.run('ATTACH ? AS reader', files.marks)
  // What is lost of the index is found again in the drives; a mark that was acknowledged has to stay.
  database.exec('PRAGMA main.synchronous = NORMAL; PRAGMA reader.synchronous = FULL; PRAGMA reader.journal_mode = ' + MARKS_JOURNAL)
  return { database, rebuilt, damagedMarks }
}

export function removeIndex ({ index }: LibraryFiles): void {
  unlock(index)
  // A journal that stays behind would be played into the next index; '-journal' is of earlier versions.
  for (const ending of ['-journal', '-wal', '']) rmSync(index + ending, { force: true })
}

/** Removes the lock that a killed process left; tells whether there was one. */
function unlock (file: string): boolean {
  const lock = file + '.lock'
  if (!existsSync(lock)) return false
  rmSync(lock, { recursive: true })
  return true
}

function usableIndex (file: string, check: boolean): Database | null {
  if (!existsSync(file)) return null
  const database = new sqlite.Database(file)
  try {
    settle(database, INDEX_JOURNAL)
    if (versionOf(database) === INDEX_VERSION && (!check || isWhole(database))) return database
  } catch {
    // Not a database, or one that can't be read: made anew like one of another version.
  }
  database.close()
  return null
}

/** Makes the file of read marks ready; moves one that is damaged out of the way and gives its new path. */
function prepareMarks (file: string): string | null {
  unlock(file)
  let version: number | null = null
  const database = new sqlite.Database(file)
  try {
    settle(database, MARKS_JOURNAL)
    if (isWhole(database)) version = versionOf(database)
    // A step and its version are one transaction, so that a power cut in between costs no mark.
    while (version !== null && version < MARKS_VERSION) create(database, marksSteps[++version]!, version)
  } catch (error) {
    if (!isDamage(error)) throw error
  } finally {
    database.close()
  }
  if (version === null) {
    const damaged = `${file}.damaged-${Date.now()}`
    renameSync(file, damaged)
    rmSync(file + '-journal', { force: true })
    prepareMarks(file)
    return damaged
  }
  if (version > MARKS_VERSION) {
    throw new AppError('INTERNAL', `A newer version of Colporteur has written ${file}. Start that version, or one newer still.`)
  }
  return null
}

/** Says of an error of SQLite whether it is the file that is broken. */
export function isDamage (error: unknown): boolean {
  return error instanceof sqlite.SQLite3Error && /malformed|not a database/.test(error.message)
}

/** One process, one connection: the lock is kept, and with it the pages in memory stay valid from call to call. */
function settle (database: Database, journal: string): void {
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ${journal}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000`)
}

function create (database: Database, schema: string, version: number): void {
  database.exec(`BEGIN; ${schema} PRAGMA user_version = ${version}; COMMIT`)
}

function versionOf (database: Database): number {
  return Number(database.get('PRAGMA user_version')?.['user_version'])
}

function isWhole (database: Database): boolean {
  return database.get('PRAGMA quick_check(1)')?.['quick_check'] === 'ok'
}
