import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import sqlite, { type Database } from 'node-sqlite3-wasm'
import { makeEmptyDatabase } from '../library/empty-database.ts'
import type { GuardedFiles } from '../library/guarded-files.ts'
import { SEARCH_VERSION, searchSchema } from './search-schema.ts'

/** Another Unicode may part and fold texts otherwise, and then what was written could not be taken out again. */
const UNICODE = process.versions['unicode'] ?? ''

/** Opens the index, or makes it anew where it is missing, of another version, or damaged. The file belongs to this process alone. */
export function openSearchFile (file: string, guard: GuardedFiles): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const lock = file + '.lock'
  const crashed = existsSync(lock)
  if (crashed) rmSync(lock, { recursive: true })
  return usable(file, crashed, guard) ?? made(file)
}

export function removeSearchFile (file: string): void {
  for (const suffix of ['', '-journal']) rmSync(file + suffix, { force: true })
  rmSync(file + '.lock', { recursive: true, force: true })
}

function usable (file: string, check: boolean, guard: GuardedFiles): Database | null {
  if (!existsSync(file)) return null
  let database: Database | null = null
  try {
    database = new sqlite.Database(file)
    settle(database)
    const version = Number(database.get('PRAGMA user_version')?.['user_version'])
    // A whole file is checked only after a crash: it takes seconds when it is large. Else damage shows where it is read.
    const isWhole = !check || database.get('PRAGMA quick_check(1)')?.['quick_check'] === 'ok'
    if (version === SEARCH_VERSION && guard.isGuarded(file) && isWhole && database.get('SELECT unicode FROM made')?.['unicode'] === UNICODE) return database
  } catch {
    // Not a database, or one that can't be read: made anew like one of another version.
    guard.takeRefused()
  }
  database?.close()
  return null
}

function made (file: string): Database {
  removeSearchFile(file)
  makeEmptyDatabase(file)
  const database = new sqlite.Database(file)
  try {
    settle(database)
    database.exec(`BEGIN; ${searchSchema} PRAGMA user_version = ${SEARCH_VERSION}`)
    database.run('INSERT INTO made (unicode) VALUES (?)', UNICODE)
    database.exec('COMMIT')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** All of it can be found again, so nothing waits for the disk; a killed process loses nothing of what the system was given. */
function settle (database: Database): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000')
}
