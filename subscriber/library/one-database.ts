import { existsSync, rmSync } from 'node:fs'
import sqlite, { type Database } from 'node-sqlite3-wasm'
import { messageOf } from '../../shared/errors.ts'
import { DamagedPage, type GuardedFiles } from './guarded-files.ts'

/**
 * Says of an error, once, which files are broken.
 *
 * @returns their whole paths; none: SQLite does not say which; null: it is another error
 */
export function damagedFiles (error: unknown, guard: GuardedFiles): string[] | null {
  if (!(error instanceof DamagedPage || error instanceof sqlite.SQLite3Error)) return null
  // Taken whatever SQLite says: its next error may be another.
  const refused = guard.takeRefused()
  if (error instanceof DamagedPage) return [error.file]
  const isDamage = /malformed|not a database/.test(error.message) || (error.message.includes('disk I/O error') && refused.length > 0)
  return isDamage ? refused : null
}

/** Says of an error, once, whether the disk is full. */
export function isFullDisk (error: unknown, guard: GuardedFiles): boolean {
  const wasFull = guard.takeFull()
  return /database or disk is full|ENOSPC|EDQUOT/.test(messageOf(error)) || (error instanceof sqlite.SQLite3Error && wasFull)
}

/** Like {@link damagedFiles}, where there is only one. */
export function isDamage (error: unknown, guard: GuardedFiles): boolean {
  return damagedFiles(error, guard) !== null
}

/** Opens a database for so long as something is done with it. */
export function withDatabase<T> (file: string, work: (database: Database) => T): T {
  const database = new sqlite.Database(file)
  try {
    return work(database)
  } finally {
    database.close()
  }
}

/** Removes the lock that a killed process left; tells whether there was one. */
export function unlock (file: string): boolean {
  const lock = file + '.lock'
  if (!existsSync(lock)) return false
  rmSync(lock, { recursive: true })
  return true
}

/** One process, one connection: the lock is kept, and with it the pages in memory stay valid from call to call. */
export function settle (database: Database, journal: string): void {
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ${journal}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000`)
}

export function create (database: Database, schema: string, version: number): void {
  database.exec(`BEGIN; ${schema} PRAGMA user_version = ${version}; COMMIT`)
}

export function versionOf (database: Database): number {
  return Number(database.get('PRAGMA user_version')?.['user_version'])
}

export function isWhole (database: Database, guard: GuardedFiles): boolean {
  const isWhole = database.get('PRAGMA quick_check(1)')?.['quick_check'] === 'ok'
  // A page that is refused is no error here, but an answer.
  if (!isWhole) guard.takeRefused()
  return isWhole
}
