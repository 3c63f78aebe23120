import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import t from 'tap'
import { numbered } from '../../shared/format/numbering.ts'
import { Library } from '../../subscriber/library/library.ts'
import type { IssueListing, IssueListingPage, LibraryIssue, LibraryNewsletter, ListFilter } from '../../subscriber/library/library-issue.ts'
import { random, shuffled } from '../support/random.ts'

const A = 'a'.repeat(52)
const B = 'b'.repeat(52)

async function openLibrary (folder: string): Promise<Library> {
  const library = new Library({ folder })
  await library.ready()
  return library
}

function newsletter (address: string, change: Partial<LibraryNewsletter> = {}): LibraryNewsletter {
  return {
    address, role: 'subscribed', subscribed: (change.role ?? 'subscribed') === 'subscribed', title: `Newsletter ${address[0]}`, description: 'About it', language: 'en', authors: ['Ada', 'Bo'], licence: '', website: '', rhythm: '',
    describedAt: '2024-01-01T00:00:00.000Z', problem: null, addedAt: '2024-01-01T00:00:00.000Z', ...change
  }
}

function issue (address: string, id: string, change: Partial<LibraryIssue> = {}): LibraryIssue {
  return {
    newsletter: address, id, writer: 'w1', seq: 1, number: 1, revision: 1, change: 'original', title: `Issue ${id}`, subtitle: 'Sub',
    summary: 'Summary', authors: ['Ada'], tags: ['x', 'y'], language: 'en', publishedAt: '2024-05-01T00:00:00.000Z', bodyHash: 'h1',
    manifest: '{ "é": 1 }\n', signature: 'untrusted comment: …\n', state: 'ready', problem: null, sizeBytes: 100, haveBytes: 100, parts: 2, haveParts: 2,
    locations: [{ path: 'body.md', blockOffset: 1, blockLength: 2, byteOffset: 65536, byteLength: 100 }], ...change
  }
}

async function allPages (page: (cursor?: string) => Promise<IssueListingPage>): Promise<IssueListing[]> {
  const all: IssueListing[] = []
  let cursor: string | undefined
  do {
    const { issues, next } = await page(cursor)
    all.push(...issues)
    cursor = next ?? undefined
  } while (cursor !== undefined)
  return all
}

const ids = (issues: { id: string }[]): string[] => issues.map(({ id }) => id)

t.test('of several revisions all readers keep the same one, in whatever order they come', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  const writers = ['w1', 'w2']
  const offered = [
    issue(A, '1', { writer: 'w1', revision: 1 }), issue(A, '1', { writer: 'w2', revision: 1 }), issue(A, '1', { writer: 'w2', revision: 2, seq: 9 }),
    issue(A, '1', { writer: 'w1', revision: 2, seq: 8 }), issue(A, '1', { writer: 'w2', revision: 0, manifest: '', state: 'notVerified' })
  ]
  for (let first = 0; first < offered.length; first++) {
    for (const order of [1, -1]) {
      const turned = [...offered.slice(first), ...offered.slice(0, first)]
      for (const one of order === 1 ? turned : turned.reverse()) await library.offerIssues([one], writers)
      t.match(await library.issue(A, '1'), { writer: 'w1', revision: 2, seq: 8 })
      await library.clearIndex()
    }
  }
  t.same((await library.offerIssues([offered[1]!], writers)).length, 1)
  t.same(await library.offerIssues([{ ...offered[1]!, title: 'Another text of the same revision' }], writers), [])
})

t.test('numbers that readers see follow from the issues that are there, in whatever order they come and go', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B))
  const draw = random(t)
  const all = Array.from({ length: 40 }, (_, i) => issue(A, `i${i}`, {
    number: 1 + Math.floor(draw() * 25), publishedAt: `2024-05-0${1 + Math.floor(draw() * 5)}T00:00:00.000Z`, seq: i
  }))
  const check = async (here: LibraryIssue[]): Promise<void> => {
    const listed = (await library.issues({ newsletter: A, limit: 100 })).issues.filter(({ state }) => state !== 'notVerified')
    const expected = numbered(here).map(({ issue: { id }, shown }) => [id, shown])
    t.same(listed.map(({ id, number }) => [id, number]).sort((a, b) => Number(a[1]) - Number(b[1])), expected)
    t.equal(await library.highestNumber(A), expected.at(-1)?.[1] ?? 0)
  }
  for (let round = 0; round < 5; round++) {
    const waiting = shuffled(all, draw)
    const here: LibraryIssue[] = []
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 1 + Math.floor(draw() * 8))
      await library.offerIssues(batch, ['w1'])
      here.push(...batch)
      await check(here)
    }
    const gone = shuffled(all, draw).slice(0, 10)
    await library.putIssues(gone.map(({ id }) => issue(A, id, { number: 0, revision: 0, publishedAt: '', manifest: '', state: 'notVerified' })))
    await check(here.filter(({ id }) => !gone.some(other => other.id === id)))
    await library.clearIndex()
  }
  await library.putIssues([issue(A, 'x', { publishedAt: '2024-05-02T00:00:00.000Z' })])
  t.same(await library.takeMoved(B), [])
  await library.takeMoved(A)
  await library.putIssues([issue(A, 'w')])
  t.same(await library.takeMoved(A), ['x'], 'which have another number is told')
  t.same(await library.takeMoved(A), [], 'once')
  t.equal((await library.issue(A, 'x'))?.number, 1, 'what was signed stays')
})

t.test('a newsletter comes back as it was put, and is replaced without losing its issues', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  t.equal(await library.newsletter(A), null)
  await library.putNewsletter(newsletter(A, { addedAt: '2024-02-01T00:00:00.000Z' }))
  await library.putNewsletter(newsletter(B))
  await library.putIssues([issue(A, '1')])
  const changed = newsletter(A, { title: 'New', role: 'own', describedAt: '', problem: { code: 'BAD_ROOT', reason: 'why' }, addedAt: '2024-02-01T00:00:00.000Z' })
  await library.putNewsletter(changed)
  t.same(await library.newsletter(A), changed)
  t.same(await library.newsletters(), [newsletter(B), changed], 'in the order in which they were added')
  t.equal((await library.listing(A, '1'))?.newsletterTitle, 'New')
})

t.test('an issue comes back as it was put; a listing says whether it was read and leaves the documents out', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B))
  const put = issue(A, '1', { sizeBytes: 2 ** 31 + 5, problem: { code: 'BAD_HASH', reason: 'why' } })
  await library.putIssues([put, issue(B, '1')])
  t.same(await library.issue(A, '1'), put)
  const { manifest, signature, locations, ...listed } = put
  t.same(await library.listing(A, '1'), { ...listed, read: false, saved: false, words: null, place: null, newsletterTitle: 'Newsletter a' })
  t.same(await library.issuesWithId('1'), [{ newsletter: A, id: '1' }, { newsletter: B, id: '1' }])
  t.same(await library.issuesWithId('2'), [])
  t.equal(await library.issue(A, '2'), null)
  t.equal(await library.listing(A, '2'), null)
  const second = issue(A, '1', { revision: 2, title: 'Second', manifest: 'other', locations: [] })
  await library.putIssues([second])
  t.same(await library.issue(A, '1'), second, 'a newer revision takes its place')
  t.equal((await library.counts(A)).total, 1)
})

t.test('issues are put all or none, and never without their newsletter', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await t.rejects(library.putIssues([issue(A, '1'), issue(B, '1')]), { code: 'NEWSLETTER_NOT_FOUND' })
  await t.rejects(library.setIndexedLength(B, 'w1', 9), { code: 'NEWSLETTER_NOT_FOUND' })
  t.equal(await library.issue(A, '1'), null)
  await library.putIssues([])
  await library.putIssues([issue(A, '1')])
  t.ok(await library.issue(A, '1'), 'it goes on after a failure')
})

t.test('an update changes what it names, and the counts follow', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B))
  const waiting = issue(A, '1', { state: 'waiting', haveBytes: 0, haveParts: 0 })
  await library.putIssues([waiting, issue(A, '2', { number: 7, state: 'downloading' }), issue(B, '3', { sizeBytes: 5 })])
  const nothing = { total: 0, ready: 0, unread: 0, notVerified: 0, removed: 0, partial: 0, knownBytes: 0, heldBytes: 0, leftOutBytes: 0 }
  t.same(await library.counts(A), { ...nothing, total: 2, knownBytes: 200 })
  t.same(await library.counts(), { total: 3, ready: 1, unread: 1, notVerified: 0, removed: 0, partial: 0, knownBytes: 205, heldBytes: 5, leftOutBytes: 0 })
  t.same(ids(await library.incomplete(A)), ['2', '1'])
  await library.updateIssue(waiting, { haveBytes: 40, haveParts: 1 })
  t.same(await library.issue(A, '1'), { ...waiting, haveBytes: 40, haveParts: 1 })
  await library.updateIssue(waiting, { state: 'ready', problem: null, haveBytes: undefined })
  await library.updateIssue({ ...waiting, id: '2' }, { state: 'notVerified', problem: { code: 'BAD_HASH', reason: 'why' } })
  await library.updateIssue({ ...waiting, id: '2' }, {})
  await library.updateIssue({ ...waiting, id: 'gone' }, { state: 'ready' })
  await library.updateIssue({ ...waiting, seq: 2 }, { state: 'downloading' })
  await library.updateIssue({ ...waiting, writer: 'w2' }, { state: 'downloading' })
  t.match(await library.issue(A, '1'), { state: 'ready' }, 'another revision is left alone')
  t.match(await library.issue(A, '2'), { state: 'notVerified', problem: { code: 'BAD_HASH', reason: 'why' } })
  t.same(await library.counts(A), { total: 2, ready: 1, unread: 1, notVerified: 1, removed: 0, partial: 0, knownBytes: 200, heldBytes: 100, leftOutBytes: 0 })
  t.same(await library.incomplete(A), [])
  await library.putIssues([issue(A, '2', { number: 7, sizeBytes: 300 })])
  t.same(await library.counts(A), { total: 2, ready: 2, unread: 2, notVerified: 0, removed: 0, partial: 0, knownBytes: 400, heldBytes: 400, leftOutBytes: 0 })
  await library.mark(A, '2', true)
  await library.mark(A, '2', true)
  t.equal((await library.counts(A)).unread, 1)
  await library.mark(A, '2', false)
  t.equal((await library.counts(A)).unread, 2)
  t.same(await library.counts('c'.repeat(52)), nothing)
  t.equal(await library.highestNumber(A), 7)
  t.equal(await library.highestNumber('c'.repeat(52)), 0)
})

t.test('issues with the same text are found in their newsletter, newest first', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B))
  await library.putIssues([issue(A, '1'), issue(A, '2'), issue(A, '3', { bodyHash: 'h2' }), issue(B, '4')])
  const found = { title: 'Issue 2', number: 1, publishedAt: '2024-05-01T00:00:00.000Z', sizeBytes: 100 }
  t.same(await library.withBody(A, 'h1'), [{ ...found, id: '2', number: 2 }, { ...found, id: '1', title: 'Issue 1' }])
  t.same(await library.withBody(A, 'h9'), [])
})

t.test('the inbox leaves out what is written here', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B, { role: 'own' }))
  await library.putIssues([issue(A, '1'), issue(B, '2')])
  t.match(await library.issues(), { total: 1, issues: [{ newsletter: A }] })
  t.match(await library.issues({ unread: true }), { total: 1, issues: [{ newsletter: A }] })
})

t.test('1,000 issues of one date come page by page, each once, whatever is added in between', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putNewsletter(newsletter(B))
  const numbered = Array.from({ length: 500 }, (_, i) => String(i).padStart(4, '0'))
  await library.putIssues(numbered.flatMap(id => [issue(A, id), issue(B, id)]))
  const newestFirst = numbered.toReversed()

  const first = await library.issues({ newsletter: A, limit: 7 })
  t.equal(first.total, 500)
  await library.putIssues([issue(A, '9999'), issue(A, '0', { publishedAt: '2025-01-01T00:00:00.000Z' })])
  const rest = await allPages(cursor => library.issues({ newsletter: A, limit: 7, cursor: cursor ?? first.next! }))
  t.same([...ids(first.issues), ...ids(rest)], newestFirst)
  t.equal((await library.issues({ newsletter: A })).issues.length, 50, 'a page has 50 unless told')

  const inbox = await allPages(cursor => library.issues({ limit: 33, cursor }))
  t.equal(inbox.length, 1002)
  t.equal(new Set(inbox.map(({ newsletter, id }) => newsletter + id)).size, 1002)
  t.same(ids(inbox).slice(0, 2), ['0', '9999'])
  t.same(ids(inbox).slice(2), newestFirst.flatMap(id => [id, id]))
  t.same(await library.issues({ newsletter: 'c'.repeat(52) }), { issues: [], total: 0, next: null })
  const exact = await library.issues({ limit: 1002 })
  t.equal(exact.next, null, 'no page follows one that ends with the last issue')
})

t.test('refused issues without a date come last, and unread leaves what is ready and not read', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putIssues([
    issue(A, 'z', { publishedAt: '', state: 'notVerified' }), issue(A, '1'), issue(A, '2'), issue(A, '3', { state: 'waiting' }), issue(A, '4')
  ])
  t.same(ids((await library.issues()).issues), ['4', '3', '2', '1', 'z'])
  await library.mark(A, '2', true)
  t.same((await library.issues()).issues.map(({ read }) => read), [false, false, true, false, false])
  const page = await library.issues({ unread: true, limit: 1 })
  t.equal(page.total, 2)
  t.same(ids(page.issues), ['4'])
  t.same(ids((await library.issues({ unread: true, cursor: page.next! })).issues), ['1'])
  t.equal((await library.issues({ unread: false })).total, 5)
})

t.test('a cursor that is not ours is refused', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  const cursors = ['', '!', 'null', '[]', '["a","b"]', '["a","b","c"]', '[1,"b",3]', '{"length":3}']
  for (const text of cursors) {
    await t.rejects(library.issues({ cursor: Buffer.from(text).toString('base64url') }), { code: 'BAD_REQUEST' })
    await t.rejects(library.issues({ newsletter: A, cursor: text }), { code: 'BAD_REQUEST' })
  }
})

t.test('indexed lengths are kept for each writer, and go with the newsletter', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  t.equal(await library.indexedLength(A, 'w1'), 0)
  await library.setIndexedLength(A, 'w1', 5)
  await library.setIndexedLength(A, 'w1', 6)
  await library.setIndexedLength(A, 'w2', 7)
  t.same([await library.indexedLength(A, 'w1'), await library.indexedLength(A, 'w2'), await library.indexedLength(B, 'w1')], [6, 7, 0])
  await library.removeNewsletter(A)
  await library.putNewsletter(newsletter(A))
  t.equal(await library.indexedLength(A, 'w1'), 0)
})

t.test('read marks outlive the issue, the newsletter, the clearing of the index and its file', async t => {
  const folder = t.testdir()
  let library = await openLibrary(folder)
  t.equal(library.rebuilt, false, 'a first start rebuilds nothing')
  const fill = async (): Promise<void> => {
    await library.putNewsletter(newsletter(A))
    await library.putIssues([issue(A, '1'), issue(A, '2')])
    await library.setIndexedLength(A, 'w1', 5)
  }
  const reads = async (): Promise<(boolean | undefined)[]> => [(await library.listing(A, '1'))?.read, (await library.listing(A, '2'))?.read]
  await fill()
  await library.mark(A, '1', true)
  await library.removeNewsletter(A)
  t.equal((await library.counts()).total, 0)
  t.equal(await library.issue(A, '1'), null)
  await fill()
  t.same(await reads(), [true, false])

  await library.clearIndex()
  t.same(await reads(), [undefined, undefined])
  t.equal((await library.counts()).knownBytes, 0)
  t.equal(await library.indexedLength(A, 'w1'), 0)
  t.ok(await library.newsletter(A), 'newsletters stay')
  await library.mark(A, '2', true)
  await fill()
  t.same(await reads(), [true, true], 'what was marked while the index was empty counts too')

  await library.close()
  library = await openLibrary(folder)
  t.equal(library.rebuilt, false)
  t.same(await reads(), [true, true])

  for (const spoil of [
    (file: string) => rmSync(file),
    (file: string) => writeFileSync(file, 'This is not a database. '.repeat(500)),
    (file: string) => writeFileSync(file, '')
  ]) {
    await library.close()
    spoil(join(folder, 'library.sqlite'))
    library = await openLibrary(folder)
    t.equal(library.rebuilt, true)
    t.same(await library.newsletters(), [])
    await fill()
    t.same(await reads(), [true, true])
    t.equal((await library.counts()).unread, 0)
  }

  await library.close()
  rmSync(join(folder, 'reader.sqlite'))
  library = await openLibrary(folder)
  t.same(await reads(), [false, false], 'the index follows the marks, not the other way round')
  t.equal((await library.counts()).unread, 2)
  await library.close()
})

t.test('a list leaves what its filter says, in pages with the right total', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A, { title: 'Grüße vom Meer' }))
  await library.putNewsletter(newsletter(B, { title: 'Small Engines' }))
  await library.putNewsletter(newsletter('k'.repeat(52), { role: 'unsubscribed' }))
  const at = (day: number): string => `2024-05-0${day}T00:00:00.000Z`
  await library.putIssues([
    issue(A, '1', { title: 'ÉCOLE de mer', publishedAt: at(1) }),
    issue(A, '2', { title: '100 % wool_', subtitle: 'Spinning', publishedAt: at(2) }),
    issue(B, '3', { title: 'Carburettors', publishedAt: at(3) }),
    issue(B, '4', { title: 'On its way', state: 'downloading', publishedAt: at(4) }),
    issue('k'.repeat(52), '5', { publishedAt: at(5) })
  ])
  await library.mark(A, '2', true)
  for (const [address, id] of [[A, '1'], [B, '3'], ['k'.repeat(52), '5']] as const) await library.save(address, id, true)
  const listed = async (filter: ListFilter): Promise<[string[], number]> => {
    const all = await allPages(cursor => library.issues({ ...filter, cursor, limit: 1 }))
    return [ids(all), (await library.issues({ ...filter, limit: 1 })).total]
  }
  t.same(await listed({}), [['4', '3', '2', '1'], 4], 'an inbox has no newsletter that is not followed any more')
  t.same(await listed({ unread: true }), [['3', '1'], 2])
  t.same(await listed({ saved: true }), [['5', '3', '1'], 3], 'what was saved stays in its list')
  t.same(await listed({ saved: true, newsletter: A }), [['1'], 1])
  t.same(await listed({ unread: true, newsletter: A }), [['1'], 1])
  t.same(await listed({ newsletter: 'k'.repeat(52) }), [['5'], 1])
  t.same(await listed({ text: 'ecole' }), [['1'], 1], 'without case and accents')
  t.same(await listed({ text: 'GRUSSE' }), [[], 0])
  t.same(await listed({ text: 'gruße' }), [['2', '1'], 2], 'by the title of the newsletter')
  t.same(await listed({ text: 'spin' }), [['2'], 1], 'by the subtitle')
  t.same(await listed({ text: '%' }), [['2'], 1], 'no character means another')
  t.same(await listed({ text: '_' }), [['2'], 1])
  t.same(await listed({ text: ' ' }), [['4', '3', '2', '1'], 4])
  t.same(await library.neighbours(B, '3'), { older: null, newer: { id: '4', title: 'On its way' } })
  t.same(await library.neighbours(A, '2'), { older: { id: '1', title: 'ÉCOLE de mer' }, newer: null })
})

t.test('saved issues, places and what was marked at once stay, and can be taken back', async t => {
  const folder = t.testdir()
  let library = await openLibrary(folder)
  const fill = async (): Promise<void> => {
    await library.putNewsletter(newsletter(A))
    await library.putNewsletter(newsletter(B))
    await library.putIssues([issue(A, '1'), issue(A, '2'), issue(B, '3'), issue(B, '4', { state: 'waiting' })])
  }
  await fill()
  await library.mark(A, '1', true)
  const here = await library.markAll(B)
  t.equal(here.marked, 1)
  const everywhere = await library.markAll()
  t.equal(everywhere.marked, 1, 'what was read before, or is not ready, is left alone')
  t.equal((await library.markAll()).marked, 0, 'nothing is left')
  t.equal(await library.unmarkAll(here.at), here.at === everywhere.at ? 2 : 1)
  t.equal((await library.listing(B, '3'))?.read, false)
  t.equal((await library.listing(A, '1'))?.read, true)
  t.equal(await library.unmarkAll('never'), 0)
  await library.save(A, '1', true)
  await library.keepPlace(A, '2', { fraction: 0.25, block: 3.5 })
  await library.keepPlace(B, '3', { fraction: 0.5, block: 1 })
  await library.keepPlace(B, '3', null)
  await library.close()
  rmSync(join(folder, 'library.sqlite'))
  library = await openLibrary(folder)
  t.teardown(() => library.close())
  await fill()
  t.match(await library.listing(A, '1'), { saved: true, place: null })
  t.match(await library.listing(A, '2'), { saved: false, place: { fraction: 0.25, block: 3.5 } })
  t.match(await library.listing(B, '3'), { place: null })
  await library.save(A, '1', false)
  t.match(await library.listing(A, '1'), { saved: false })
})

t.test('read marks of the first version are taken over', async t => {
  const folder = t.testdir()
  const file = new sqlite.Database(join(folder, 'reader.sqlite'))
  file.exec(`CREATE TABLE marks (newsletter TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (newsletter, id)) WITHOUT ROWID;
    INSERT INTO marks VALUES ('${A}', '1'); PRAGMA user_version = 1`)
  file.close()
  const library = await openLibrary(folder)
  t.teardown(() => library.close())
  t.equal(library.damagedMarks, null)
  await library.putNewsletter(newsletter(A))
  await library.putIssues([issue(A, '1'), issue(A, '2')])
  t.same([(await library.listing(A, '1'))?.read, (await library.listing(A, '2'))?.read], [true, false])
  await library.save(A, '1', true)
  t.equal(await library.unmarkAll(''), 0, 'what was marked by itself is not taken back by an empty time')
})

t.test('words are counted once for each text', async t => {
  const library = await openLibrary(t.testdir())
  t.teardown(() => library.close())
  await library.putNewsletter(newsletter(A))
  await library.putIssues([issue(A, '1'), issue(A, '2', { state: 'waiting' }), issue(A, '3', { publishedAt: '2024-06-01T00:00:00.000Z' })])
  t.same(ids(await library.uncounted(9)), ['3', '1'])
  await library.setWords(A, '3', 'another text', 7)
  await library.setWords(A, '1', 'h1', 460)
  t.same(ids(await library.uncounted(9)), ['3'])
  t.equal((await library.listing(A, '1'))?.words, 460)
  await library.putIssues([issue(A, '1', { revision: 2 })])
  t.same(ids(await library.uncounted(9)), ['3', '1'], 'a revision is counted again')
})

t.test('read marks that are damaged are moved aside, never deleted', async t => {
  const folder = t.testdir({ 'reader.sqlite': 'This is not a database. '.repeat(500) })
  const library = await openLibrary(folder)
  t.teardown(() => library.close())
  t.ok(library.damagedMarks && existsSync(library.damagedMarks))
  await library.mark(A, '1', true)
  t.ok(readdirSync(folder).includes('reader.sqlite'))
})

t.test('a lock that a killed process left is no obstacle', async t => {
  const folder = t.testdir()
  let library = await openLibrary(folder)
  await library.putNewsletter(newsletter(A))
  await library.putIssues([issue(A, '1')])
  await library.close()
  for (const file of ['library.sqlite', 'reader.sqlite']) mkdirSync(join(folder, `${file}.lock`))
  library = await openLibrary(folder)
  t.equal(library.rebuilt, false)
  await library.putIssues([issue(A, '2')])
  t.equal((await library.counts()).total, 2)
  await library.close()
})

t.test('what was acknowledged is there after the process was killed in the middle of writing', async t => {
  const base = t.testdir()
  const folder = join(base, 'home')
  const script = join(base, 'write.mjs')
  writeFileSync(script, `
    import { Library } from ${JSON.stringify(new URL('../../subscriber/library/library.js', import.meta.url).href)}
    const library = new Library({ folder: ${JSON.stringify(folder)} })
    await library.ready()
    await library.putNewsletter(${JSON.stringify(newsletter(A))})
    const issue = ${JSON.stringify(issue(A, 'x'))}
    for (let i = 0; ; i++) {
      await library.putIssues([{ ...issue, id: 'p' + i }, { ...issue, id: 'q' + i }])
      await library.mark(issue.newsletter, 'p' + i, true)
      process.stdout.write(i + '\\n')
    }`)
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.includes('20\n')) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const last = Number(told.split('\n').at(-2))
  const library = await openLibrary(folder)
  t.teardown(() => library.close())
  t.equal(library.rebuilt, false)
  t.ok(last >= 20)
  for (let i = 0; i <= last; i++) t.equal((await library.listing(A, 'p' + i))?.read, true)
  const { total } = await library.counts(A)
  t.equal(total % 2, 0, 'two issues that were put together are both there, or neither')
})

t.test('calls are answered in order, and before it closes', async t => {
  const library = new Library({ folder: t.testdir() })
  const order: string[] = []
  const calls = [
    library.putNewsletter(newsletter(A)).then(() => order.push('newsletter')),
    library.putIssues([issue(A, '1')]).then(() => order.push('issues')),
    library.counts(A).then(({ total }) => order.push(`total ${total}`))
  ]
  await library.ready()
  await Promise.all(calls)
  t.same(order, ['newsletter', 'issues', 'total 1'])
  const last = library.counts(A)
  await library.close()
  t.equal((await last).total, 1)
  await t.rejects(library.counts(A), { code: 'INTERNAL', message: 'The library is closed.' })
})

t.test('a folder that can not be opened is an error of ready, and closing is still possible', async t => {
  const folder = join(t.testdir({ file: '' }), 'file')
  const library = new Library({ folder })
  await t.rejects(library.ready(), { code: 'INTERNAL' })
  await library.close()
})
