import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sqlite, { type Database } from 'node-sqlite3-wasm'
import { rootKeyFromWords } from '../../shared/format/words.ts'
import { libraryFiles } from '../../subscriber/library/library-files.ts'
import { INDEX_VERSION, indexSchema, MARKS_VERSION, marksSteps } from '../../subscriber/library/schema.ts'
import { SEARCH_VERSION, searchSchema } from '../../subscriber/search/search-schema.ts'

/** Versions of marks that a home may come with. */
export const OLDER_MARKS = Array.from({ length: MARKS_VERSION - 1 }, (_, i) => i + 1)

export interface OlderHome {
  home: string
  newsletter: string
  words: string
  /** Of the marks; the index and the search are of the version before this one. */
  version: number
  /** Ids of issues. Saved are those of version 2 and later alone. */
  read: string[]
  saved: string[]
}

/** Makes a home whose node is off, on which a newsletter is written, into one that an earlier version has left. */
export async function makeOlder ({ home, newsletter, words, version, read, saved }: OlderHome): Promise<void> {
  const library = join(home, 'library')
  const { index, marks } = libraryFiles(library)
  for (const name of await readdir(library)) if (/\.lock$|-journal$/.test(name) || name.startsWith('reader.sqlite')) await rm(join(library, name), { recursive: true })
  change(marks, database => {
    for (let step = 1; step <= version; step++) database.exec(marksSteps[step]!)
    for (const id of read) database.run('INSERT INTO marks (newsletter, id) VALUES (?, ?)', [newsletter, id])
    if (version > 1) for (const id of saved) database.run('INSERT INTO saved VALUES (?, ?, ?)', [newsletter, id, '2026-01-01T00:00:00.000Z'])
    database.exec(`PRAGMA user_version = ${version}`)
  })
  // It kept no write-ahead log, and its pages had no sums.
  for (const [file, schema, version] of [[index, indexSchema, INDEX_VERSION], [join(library, 'search.sqlite'), searchSchema, SEARCH_VERSION]] as const) {
    await rm(file)
    change(file, database => database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; ${schema}; PRAGMA user_version = ${version - 1}`))
  }
  // The first version kept the root's key alone, and did not know where keys were made.
  const { publicKey, secretKey } = rootKeyFromWords(words, 0)
  const keys = join(home, 'keys', newsletter)
  await writeFile(join(keys, 'root.json'), JSON.stringify({ publicKey, secretKey: Buffer.from(secretKey).toString('hex') }))
  await rm(join(keys, 'place.json'), { force: true })
}

/** Of which version the marks of a home are, whose node is off. */
export async function marksVersionOf (home: string): Promise<number> {
  const { marks } = libraryFiles(join(home, 'library'))
  // As SQLite keeps `user_version`: in the header of the file.
  return (await readFile(marks)).readUInt32BE(60)
}

function change (file: string, work: (database: Database) => void): void {
  const database = new sqlite.Database(file)
  try {
    work(database)
  } finally {
    database.close()
  }
}
