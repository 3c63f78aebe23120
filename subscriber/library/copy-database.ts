import sqlite, { type Database, type JSValue } from 'node-sqlite3-wasm'
import type { GuardedFiles } from './guarded-files.ts'
import { isDamage, versionOf } from './one-database.ts'

/**
 * Copies all tables of a database into an empty one.
 *
 * @returns false when not all could be read, but what is before and behind that
 */
export function copyDatabase (from: string, to: string, guard: GuardedFiles): boolean {
  const [source, target] = [new sqlite.Database(from), new sqlite.Database(to)]
  try {
    target.exec('BEGIN')
    const tables: string[] = []
    const isKnown = couldRead(guard, () => tables.push(...copySchema(source, target)))
    const copied = tables.map(table => copyTable(table, source, target, guard))
    target.exec('COMMIT')
    return isKnown && copied.every(isAll => isAll)
  } finally {
    target.close()
    source.close()
  }
}

/** Gives the names of the tables. */
function copySchema (source: Database, target: Database): string[] {
  target.exec(`PRAGMA user_version = ${versionOf(source)}`)
  // Tables before their indexes.
  const parts = source.all("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'index'")
  for (const { sql } of parts) target.exec(String(sql))
  return parts.flatMap(({ type, name }) => type === 'table' ? [String(name)] : [])
}

/** From its beginning, and where something is in the way, from its end as well. */
function copyTable (table: string, source: Database, target: Database, guard: GuardedFiles): boolean {
  const columns = target.all('SELECT name, pk FROM pragma_table_info(?) ORDER BY pk', [table])
  const keys = columns.filter(({ pk }) => pk !== 0).map(({ name }) => String(name))
  const put = `INSERT OR IGNORE INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`
  const copyAll = (order: string): boolean => {
    const rows = source.prepare(`SELECT * FROM ${table} ORDER BY ${keys.map(key => `${key} ${order}`).join(', ')}`)
    try {
      return couldRead(guard, () => { for (const row of rows.iterate()) target.run(put, Object.values(row) as JSValue[]) })
    } finally {
      try {
        rows.finalize()
      } catch {
        // It says once more what could not be read.
      }
    }
  }
  return copyAll('ASC') || (copyAll('DESC'), false)
}

function couldRead (guard: GuardedFiles, read: () => void): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (!isDamage(error, guard)) throw error
    return false
  }
}
