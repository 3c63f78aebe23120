import type { Database, JSValue } from 'node-sqlite3-wasm'
import type { GuardedFiles } from './guarded-files.ts'
import { isDamage, withDatabase } from './one-database.ts'
import { MARKS_VERSION, marksSteps } from './schema.ts'

/**
 * Copies marks of whichever version into an empty database, which is of this one then: of their own schema nothing is
 * believed, for without sums one bit of it may have turned over.
 *
 * @returns false when not all could be read, but what is before and behind that
 */
export function copyMarks (from: string, to: string, guard: GuardedFiles): boolean {
  return withDatabase(from, source => withDatabase(to, target => {
    target.exec('BEGIN')
    for (let version = 1; version <= MARKS_VERSION; version++) target.exec(marksSteps[version]!)
    target.exec(`PRAGMA user_version = ${MARKS_VERSION}`)
    // Else a table whose description can't be read would keep the others from being read.
    source.exec('PRAGMA writable_schema = ON')
    const [known, found] = [tablesOf(target), couldRead(guard, () => tablesOf(source))]
    // An earlier version may not have had each of them.
    const copied = known.map(table => found?.includes(table) === false || copyTable(table, source, target, guard))
    target.exec('COMMIT')
    return isWithin(found, known) && copied.every(isAll => isAll)
  }))
}

/** By the order of its rows from the beginning, and where something is in the way, from the end, and by its indexes as well. */
function copyTable (table: string, source: Database, target: Database, guard: GuardedFiles): boolean {
  const known = columnsOf(table, target)
  const found = couldRead(guard, () => columnsOf(table, source))
  const columns = known.filter(column => found?.includes(column))
  const keys = keysOf(table, target).filter(key => columns.includes(key))
  if (keys.length === 0) return false
  const put = target.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
  const copyAll = (by: string, order: string[]): boolean => couldRead(guard, () => {
    const rows = source.prepare(`SELECT ${columns.join(', ')} FROM ${table} ${by} ORDER BY ${order.join(', ')}`)
    try {
      for (const row of rows.iterate()) put.run(Object.values(row) as JSValue[])
      return true
    } finally {
      finalize(rows)
    }
  }) ?? false
  const copyBack = (by: string, order: string[]): boolean => copyAll(by, order.map(column => `${column} DESC`))
  try {
    if (copyAll('', keys)) return isWithin(found, known)
    copyBack('', keys)
    const indexes = couldRead(guard, () => indexesOf(table, source)) ?? []
    for (const index of indexesOf(table, target).filter(index => indexes.includes(index))) {
      const order = columnsOfIndex(index, target)
      copyAll(`INDEXED BY ${index}`, order)
      copyBack(`INDEXED BY ${index}`, order)
    }
    return false
  } finally {
    put.finalize()
  }
}

/** A name that nobody has given is one in which a bit has turned over: what it names is not copied. Null: it could not be read. */
function isWithin (found: string[] | null, known: string[]): boolean {
  return found !== null && found.every(name => known.includes(name))
}

function tablesOf (database: Database): string[] {
  return namesOf(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")
}

function columnsOf (table: string, database: Database): string[] {
  return namesOf(database, 'SELECT name FROM pragma_table_info(?)', table)
}

function keysOf (table: string, database: Database): string[] {
  return namesOf(database, 'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk', table)
}

function indexesOf (table: string, database: Database): string[] {
  return namesOf(database, "SELECT name FROM pragma_index_list(?) WHERE origin = 'c'", table)
}

function columnsOfIndex (index: string, database: Database): string[] {
  return namesOf(database, 'SELECT name FROM pragma_index_info(?) ORDER BY seqno', index)
}

function namesOf (database: Database, sql: string, ...values: string[]): string[] {
  return database.all(sql, values).map(({ name }) => String(name))
}

/** Null: the file is damaged there. */
function couldRead<T> (guard: GuardedFiles, read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (!isDamage(error, guard)) throw error
    return null
  }
}

function finalize (statement: ReturnType<Database['prepare']>): void {
  try {
    statement.finalize()
  } catch {
    // It says once more what could not be read.
  }
}
