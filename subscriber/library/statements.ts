import type { Database, JSValue, Statement } from 'node-sqlite3-wasm'

/** The statements of a database, each compiled once: compiling takes longer than most of them run. */
export class Statements {
  #database: Database
  #compiled = new Map<string, Statement>()

  constructor (database: Database) {
    this.#database = database
  }

  run (sql: string, ...values: JSValue[]): void {
    this.#with(sql, statement => statement.run(values))
  }

  /** The first row. What a row looks like is known to who wrote the SQL. */
  get<Row> (sql: string, ...values: JSValue[]): Row | null {
    // `Statement.get` stops at the row and stays in progress there, and nothing can be committed until it has gone on.
    return this.all<Row>(sql, ...values)[0] ?? null
  }

  all<Row> (sql: string, ...values: JSValue[]): Row[] {
    return this.#with(sql, statement => statement.all(values)) as Row[]
  }

  /** All of it happens, or nothing. */
  transaction<T> (work: () => T): T {
    this.run('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      // SQLite has already rolled back by itself after some errors, such as a full disk.
      if (this.#database.inTransaction) this.run('ROLLBACK')
      throw error
    }
  }

  close (): void {
    for (const sql of this.#compiled.keys()) this.#forget(sql)
    this.#database.close()
  }

  /** One that has failed, as of a full disk, would fail once more when it is used again: SQLite tells its error at the reset. */
  #with<T> (sql: string, work: (statement: Statement) => T): T {
    try {
      return work(this.#statement(sql))
    } catch (error) {
      this.#forget(sql)
      throw error
    }
  }

  #forget (sql: string): void {
    try {
      this.#compiled.get(sql)?.finalize()
    } catch {
      // It says once more what its last run has failed of.
    }
    this.#compiled.delete(sql)
  }

  #statement (sql: string): Statement {
    let statement = this.#compiled.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#compiled.set(sql, statement)
    }
    return statement
  }
}
