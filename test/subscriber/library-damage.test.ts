import fs, { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, watch, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import t, { type Test } from 'tap'
import { copyMarks } from '../../subscriber/library/copy-marks.ts'
import { makeEmptyDatabase } from '../../subscriber/library/empty-database.ts'
import { GuardedFiles } from '../../subscriber/library/guarded-files.ts'
import { Library } from '../../subscriber/library/library.ts'
import { libraryFiles } from '../../subscriber/library/library-files.ts'
import type { LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { MARKS_VERSION, marksSteps } from '../../subscriber/library/schema.ts'
import { openSearchFile } from '../../subscriber/search/open-search-file.ts'
import { flipBit } from '../faults/flip-bit.ts'
import { random } from '../support/random.ts'
import { fill as fillUp, noDisk, smallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'

const A = 'a'.repeat(52)
const ISSUES = 60
const MARKED = 400
const FLIPS = 12
const PAGE_BYTES = 4096
const { signal: on } = new AbortController()

const ids = Array.from({ length: ISSUES }, (_, i) => String(i).padStart(3, '0'))
/** They come from elsewhere, too: so there are enough for several pages. */
const readIds = Array.from({ length: MARKED }, (_, i) => `read-${String(i).padStart(4, '0')}`)

function issue (id: string): LibraryIssue {
  return {
    newsletter: A, id, writer: 'w1', seq: 1, number: Number(id) + 1, revision: 1, change: 'original', title: `Issue ${id}`, subtitle: 'Sub', summary: 'Summary ',
    authors: ['Ada'], tags: ['x', 'y'], language: 'en', publishedAt: `2024-05-01T00:00:00.${id}Z`, bodyHash: `h${id}`, manifest: `{ "long": "${'é'.repeat(2_500)}" }`,
    signature: 'untrusted comment: …\n', state: 'ready', problem: null, sizeBytes: 100, haveBytes: 100, parts: 2, haveParts: 2,
    locations: [{ path: 'body.md', blockOffset: 1, blockLength: 2, byteOffset: 65536, byteLength: 100 }]
  }
}

async function openLibrary (t: Test, folder: string): Promise<{ library: Library, mended: string[] }> {
  const mended: string[] = []
  const library = new Library({ folder, onMended: file => mended.push(file) })
  t.teardown(() => library.close())
  await library.ready()
  return { library, mended }
}

/** A library in which something of every kind lies; it is closed. */
async function livedIn (t: Test, folder: string): Promise<void> {
  const { library } = await openLibrary(t, folder)
  await fill(library)
  const at = '2024-06-01T00:00:00.000Z'
  await library.addMarks({
    read: readIds.map(id => ({ newsletter: A, id, at })), saved: [], fetched: [], places: [],
    highlights: ids.map((id, i) => ({ newsletter: A, issue: id, id: `h${id}`, quote: `Words of ${id}`, before: 'Before', start: i, note: 'A note', at }))
  })
  for (const id of ids.slice(0, 20)) await library.mark(A, id, true)
  for (const id of ids.slice(10, 30)) await library.save(A, id, true)
  await library.setFetched(A, ids[1]!, true)
  await library.keepPlace(A, ids[2]!, { fraction: 0.5, block: 3.5 })
  await library.close()
}

async function fill (library: Library): Promise<void> {
  await library.putNewsletter({
    address: A, role: 'subscribed', subscribed: true, title: 'Newsletter', description: 'About it', language: 'en', authors: ['Ada'], licence: '', website: '', rhythm: '',
    describedAt: '2024-01-01T00:00:00.000Z', problem: null, addedAt: '2024-01-01T00:00:00.000Z'
  })
  await library.putIssues(ids.map(issue))
}

/** All that it says. */
async function said (library: Library): Promise<unknown> {
  const issues = await library.issues({ limit: ISSUES })
  return {
    newsletters: await library.newsletters(), issues, counts: await library.counts(), marks: await library.allMarks(),
    whole: await Promise.all(ids.map(id => library.issue(A, id))), searched: await library.issues({ text: 'issue 03', limit: ISSUES }),
    unread: await library.issues({ unread: true, limit: ISSUES }), places: await library.places(A, 0, ISSUES, 1e6)
  }
}

/** So much of one page is overwritten that nobody can know what it was. */
function spoilPage (file: string, number: number): void {
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0x55, number * PAGE_BYTES + 1000, number * PAGE_BYTES + 1200))
}

/** Marks as an earlier version has left them: without sums. */
function makeOlderMarks (file: string, version: number): void {
  const old = new sqlite.Database(file)
  for (let step = 1; step <= version; step++) old.exec(marksSteps[step]!)
  old.exec('BEGIN')
  for (const id of readIds) old.run('INSERT INTO marks (newsletter, id) VALUES (?, ?)', [A, id])
  old.exec(`PRAGMA user_version = ${version}; COMMIT`)
  old.close()
}

/** Numbers of the pages with the rows of a table that has too many for one and is sorted by its key, in their order. */
function leavesOf (file: string, table: string): number[] {
  const database = new sqlite.Database(file)
  const root = Number(database.get('SELECT rootpage FROM sqlite_schema WHERE name = ?', [table])?.['rootpage'])
  database.close()
  const page = readFileSync(file).subarray((root - 1) * PAGE_BYTES, root * PAGE_BYTES)
  // As sqlite.org/fileformat2.html has it.
  const cells = Array.from({ length: page.readUInt16BE(3) }, (_, i) => page.readUInt32BE(page.readUInt16BE(12 + 2 * i)))
  return [...cells, page.readUInt32BE(8)].map(number => number - 1)
}

/** Numbers of pages that nothing lies in, and that SQLite does not read until it needs room. */
function unusedIn (file: string): number[] {
  const bytes = readFileSync(file)
  const trunk = bytes.subarray((bytes.readUInt32BE(32) - 1) * PAGE_BYTES)
  return Array.from({ length: trunk.readUInt32BE(4) }, (_, i) => trunk.readUInt32BE(8 + 4 * i) - 1)
}

t.test('whichever bit of its files has turned over, the library says what it said before', async t => {
  const draw = random(t)
  const base = t.testdir({ right: {}, turned: {} })
  const [right, turned] = [join(base, 'right'), join(base, 'turned')]
  await livedIn(t, right)
  cpSync(right, turned, { recursive: true })
  const first = await openLibrary(t, turned)
  const before = await said(first.library)
  await first.library.close()
  t.same(first.mended, [], 'nothing is wrong before')
  for (const name of ['index', 'marks'] as const) {
    const [from, to] = [libraryFiles(right)[name], libraryFiles(turned)[name]]
    for (let i = 0; i < FLIPS; i++) {
      copyFileSync(from, to)
      await flipBit(to, draw)
      const { library, mended } = await openLibrary(t, turned)
      const after = await said(library)
      await library.readThrough(on)
      await library.close()
      // What is the matter says the difference, which is long.
      if (JSON.stringify(after) !== JSON.stringify(before)) return t.same(after, before, `flip ${i} of the ${name}`)
      if (mended.length !== 1 || library.rebuilt || library.damagedMarks) return t.same([mended, library.rebuilt, library.damagedMarks], [[to], false, null], `flip ${i} of the ${name}`)
    }
    t.same(readdirSync(turned).sort(), ['library.sqlite', 'reader.sqlite', 'reader.sqlite-journal'].filter(file => existsSync(join(turned, file))), 'nothing else is left there')
  }
})

t.test('a bit that turns over while the library is open is turned back when all is read through', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { library, mended } = await openLibrary(t, folder)
  const before = await said(library)
  const { marks } = libraryFiles(folder)
  const bytes = readFileSync(marks)
  await flipBit(marks, random(t))
  await library.readThrough(on)
  t.same(mended, [marks])
  t.same(readFileSync(marks), bytes)
  t.same(await said(library), before)
})

t.test('reading through ends as soon as it is to end', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { library, mended } = await openLibrary(t, folder)
  await flipBit(libraryFiles(folder).marks, random(t))
  await library.readThrough(AbortSignal.abort())
  t.same(mended, [])
})

t.test('of marks in which a whole page is lost the rest stays, and it is told', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { marks } = libraryFiles(folder)
  const pages = readFileSync(marks).length / PAGE_BYTES
  const right = readFileSync(marks)
  const lost: number[] = []
  for (let page = 1; page < pages; page += 3) {
    writeFileSync(marks, right)
    spoilPage(marks, page)
    const { library } = await openLibrary(t, folder)
    const { read, highlights, saved } = await library.allMarks()
    const missing = MARKED + 20 + ISSUES + 20 - read.length - highlights.length - saved.length
    if (library.damagedMarks === null) t.equal(missing, 0, `page ${page} is told`)
    else {
      t.ok(existsSync(library.damagedMarks), 'it is kept')
      rmSync(library.damagedMarks)
      lost.push(missing)
    }
    t.ok(read.every(({ id, at }) => (readIds.includes(id) || ids.includes(id)) && at.startsWith('20')), 'what stays is as it was')
    t.ok(highlights.every(({ id, quote }) => quote === `Words of ${id.slice(1)}`))
    await library.mark(A, ids[50]!, true)
    await library.close()
  }
  t.ok(lost.length > 3, `${lost.length} of ${pages} pages were missed`)
  t.ok(lost.filter(missing => missing < 150).length > lost.length / 2, `lost with each: ${lost.join(', ')}`)
})

t.test('read marks of which pages far apart are lost are found by the other order in which they lie there', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { marks } = libraryFiles(folder)
  const leaves = leavesOf(marks, 'marks')
  t.ok(leaves.length > 6, `${leaves.length} leaves`)
  for (const leaf of [leaves[1]!, leaves.at(-2)!]) spoilPage(marks, leaf)
  const damaged = readFileSync(marks)
  const { library } = await openLibrary(t, folder)
  t.ok(readFileSync(library.damagedMarks!).equals(damaged))
  const { read, highlights } = await library.allMarks()
  t.equal(read.length, MARKED + 20)
  t.equal(highlights.length, ISSUES)
})

t.test('damaged marks are told with every start until somebody removes them', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  spoilPage(libraryFiles(folder).marks, 1)
  const told: (string | null)[] = []
  for (let start = 0; start < 4; start++) {
    const { library } = await openLibrary(t, folder)
    told.push(library.damagedMarks)
    await library.close()
    if (start === 2) rmSync(library.damagedMarks!)
  }
  t.ok(told[0])
  t.same(told, [told[0], told[0], told[0], null])
})

t.test('the name of damaged marks stays taken while others take their place', { skip: process.platform !== 'linux' && 'only Linux tells each change of a name' }, async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { marks } = libraryFiles(folder)
  spoilPage(marks, 1)
  const renamed: (string | null)[] = []
  const watcher = watch(folder, (kind, name) => { if (kind === 'rename') renamed.push(name) })
  t.teardown(() => watcher.close())
  const { library } = await openLibrary(t, folder)
  t.ok(library.damagedMarks)
  writeFileSync(join(folder, 'last'), '')
  await until('all was told', () => renamed.includes('last'))
  t.same(renamed.filter(name => name === basename(marks)), [basename(marks)], 'it was never away')
})

t.test('marks without sums, of whose own schema a bit has turned over, keep nobody from starting, and the rest of them stays', async t => {
  for (const table of ['fetched', 'marks']) {
    const folder = t.testdir()
    const { marks } = libraryFiles(folder)
    makeOlderMarks(marks, MARKS_VERSION - 1)
    const bytes = readFileSync(marks)
    bytes[bytes.indexOf(`CREATE TABLE ${table}`)]! ^= 1
    writeFileSync(marks, bytes)
    const { library } = await openLibrary(t, folder)
    t.ok(library.damagedMarks && readFileSync(library.damagedMarks).equals(bytes), 'it is kept, and told')
    await library.mark(A, ids[0]!, true)
    t.same((await library.allMarks()).read.map(({ id }) => id).sort(), table === 'marks' ? [ids[0]] : [ids[0], ...readIds])
    await library.setFetched(A, ids[0]!, true)
    await library.close()
  }
})

t.test('a name in the schema of marks without sums in which a bit has turned over is told', async t => {
  const folder = t.testdir()
  const { marks } = libraryFiles(folder)
  makeOlderMarks(marks, 1)
  const bytes = readFileSync(marks)
  bytes[bytes.indexOf('id TEXT')]! ^= 1
  bytes[bytes.indexOf('PRIMARY KEY (newsletter, id)') + 'PRIMARY KEY (newsletter, '.length]! ^= 1
  writeFileSync(marks, bytes)
  const { library } = await openLibrary(t, folder)
  t.ok(library.damagedMarks)
  await library.mark(A, ids[0]!, true)
})

t.test('a page of the marks that nothing lies in any more is put right when it is damaged, and nobody is told of it', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { marks } = libraryFiles(folder)
  let { library } = await openLibrary(t, folder)
  for (const id of ids) await library.removeHighlight(`h${id}`)
  const before = await library.allMarks()
  await library.close()
  const [unused] = unusedIn(marks)
  t.ok(unused)
  spoilPage(marks, unused!)
  for (let start = 0; start < 2; start++) {
    ({ library } = await openLibrary(t, folder))
    t.same([library.damagedMarks, library.rebuilt], [null, false])
    await library.readThrough(on)
    t.same([...library.damaged], [])
    t.same(await library.allMarks(), before)
    await library.close()
  }
  t.same(readdirSync(folder).filter(name => name.includes('damaged')), [])
})

t.test('what is damaged while the library is open is told of each of its files, and keeps none from being read', async t => {
  for (const names of [['marks'], ['marks', 'index'], ['index']] as const) {
    const folder = t.testdir()
    await livedIn(t, folder)
    const files = libraryFiles(folder)
    let { library } = await openLibrary(t, folder)
    for (const name of names) spoilPage(files[name], 3)
    await library.readThrough(on)
    t.same([...library.damaged], names)
    await library.close()
    ;({ library } = await openLibrary(t, folder))
    t.equal(library.rebuilt, names.some(name => name === 'index'), 'an index that is fine stays')
    t.equal(library.damagedMarks !== null, names.some(name => name === 'marks'))
    t.equal(library.damaged.size, 0)
    await library.close()
  }
})

t.test('what of the log of the index has changed since it was written is never taken over', async t => {
  const folder = t.testdir()
  let { library } = await openLibrary(t, folder)
  await fill(library)
  const log = `${libraryFiles(folder).index}-wal`
  const bytes = readFileSync(log, 'latin1')
  t.ok(bytes.includes('Issue 030'))
  writeFileSync(log, bytes.replaceAll('Issue 030', 'Issue 830'), 'latin1')
  await library.readThrough(on)
  t.same([...library.damaged], ['index'])
  await library.close()
  ;({ library } = await openLibrary(t, folder))
  t.ok(library.rebuilt)
})

t.test('a page of the index that is damaged where its log has a newer one is no damage', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { index } = libraryFiles(folder)
  const { library } = await openLibrary(t, folder)
  await library.putIssues(ids.map(id => ({ ...issue(id), title: `New ${id}` })))
  const log = readFileSync(`${index}-wal`)
  const pages = new Set<number>()
  for (let frame = 32; frame < log.length; frame += 24 + PAGE_BYTES) pages.add(log.readUInt32BE(frame) - 1)
  const inFile = [...pages].filter(page => (page + 1) * PAGE_BYTES <= statSync(index).size)
  t.ok(inFile.length > 10, `${inFile.length} pages`)
  for (const page of inFile) spoilPage(index, page)
  await library.readThrough(on)
  t.same([...library.damaged], [])
  t.equal((await library.issues({ text: 'New', limit: 1 })).total, ISSUES)
})

t.test('the end of a file that has lost it, and its first page, are missed while it is open', async t => {
  for (const lose of [
    (file: string) => truncateSync(file, statSync(file).size - 2 * PAGE_BYTES),
    (file: string) => writeFileSync(file, readFileSync(file).fill(0, 0, 512))
  ]) {
    const folder = t.testdir()
    await livedIn(t, folder)
    const { marks } = libraryFiles(folder)
    const { library } = await openLibrary(t, folder)
    lose(marks)
    await library.readThrough(on)
    t.same([...library.damaged], ['marks'])
  }
})

t.test('a full disk is told, and never taken for damage', { skip: noDisk }, async t => {
  const disk = await smallDisk(t, t.testdir(), '16m')
  const folder = join(disk, 'library')
  await livedIn(t, folder)
  const { marks } = libraryFiles(folder)
  let { library } = await openLibrary(t, folder)
  // In the middle: highlights, which putting issues does not read.
  spoilPage(marks, 9)
  await library.readThrough(on)
  t.same([...library.damaged], ['marks'])
  await fillUp(join(disk, 'filler'))
  await t.rejects(library.putIssues(ids.map(id => ({ ...issue(id), summary: 'Longer '.repeat(1_000) }))), { code: 'DISK_FULL' })
  t.same([...library.damaged], ['marks'])
  rmSync(join(disk, 'filler'))
  await library.putIssues(ids.map(issue))
  await library.close()
  ;({ library } = await openLibrary(t, folder))
  t.notOk(library.rebuilt)
})

t.test('a database that can not be opened leaves no file open', { skip: process.platform !== 'linux' && 'only Linux tells which files are open' }, t => {
  const folder = t.testdir({ 'folder.sqlite': {} })
  const file = join(folder, 'library.sqlite')
  const { openSync, closeSync, readSync, writeSync, mkdirSync } = fs
  t.teardown(() => Object.assign(fs, { openSync, closeSync, readSync, writeSync, mkdirSync }))
  const guard = new GuardedFiles(() => {})
  makeEmptyDatabase(file)
  const open = (): string[] => readdirSync('/proc/self/fd')
  const before = open()
  t.throws(() => fs.openSync(join(folder, 'folder.sqlite'), fs.constants.O_RDONLY), { code: 'EISDIR' })
  t.same(open(), before)
  t.throws(() => copyMarks(file, join(folder, 'missing', 'marks.sqlite'), guard))
  t.same(open(), before)
  fs.mkdirSync = () => { throw new Error('No lock can be made.') }
  t.throws(() => openSearchFile(join(folder, 'search.sqlite'), guard))
  t.same(open(), before)
  t.end()
})

t.test('an index in which a whole page is lost is made anew with the next start, and the marks stay', async t => {
  const folder = t.testdir()
  await livedIn(t, folder)
  const { index } = libraryFiles(folder)
  const right = readFileSync(index)
  for (let page = 0; page < right.length / PAGE_BYTES; page += 11) {
    writeFileSync(index, right)
    spoilPage(index, page)
    let { library } = await openLibrary(t, folder)
    if (!library.rebuilt) {
      const failure = await said(library).then(() => null, (error: unknown) => error)
      if (failure) t.match(failure, { code: 'INTERNAL', message: /Start the node again/ })
      await library.readThrough(on)
      t.ok(library.damaged.has('index'))
      await library.close()
      library = (await openLibrary(t, folder)).library
    }
    t.ok(library.rebuilt, `page ${page}`)
    await fill(library)
    t.equal((await library.counts()).unread, ISSUES - 20)
    await library.close()
  }
})

t.test('marks of earlier versions are taken over, and their pages have sums from then on', async t => {
  for (let version = 1; version < MARKS_VERSION; version++) {
    const folder = t.testdir()
    const { marks } = libraryFiles(folder)
    makeOlderMarks(marks, version)
    let { library } = await openLibrary(t, folder)
    t.equal(library.damagedMarks, null)
    t.same((await library.allMarks()).read.map(({ id }) => id), readIds)
    await library.close()
    await flipBit(marks, random(t))
    const again = await openLibrary(t, folder)
    library = again.library
    await library.readThrough(on)
    t.same(again.mended, [marks])
    t.same((await library.allMarks()).read.map(({ id }) => id), readIds)
    await library.close()
  }
})

t.test('marks of a later version are left alone', async t => {
  const folder = t.testdir()
  const { marks } = libraryFiles(folder)
  const later = new sqlite.Database(marks)
  later.exec(`CREATE TABLE later (x); PRAGMA user_version = ${MARKS_VERSION + 1}`)
  later.close()
  const bytes = readFileSync(marks)
  const library = new Library({ folder })
  await t.rejects(library.ready(), { code: 'INTERNAL', message: /newer version/ })
  await library.close()
  t.same(readFileSync(marks), bytes)
})
