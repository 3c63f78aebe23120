import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { renderSearchText } from '../../subscriber/rendering/search-text.ts'
import type { Found, Wanted } from '../../subscriber/search/found.ts'
import { type IndexedIssue, partsOf } from '../../subscriber/search/indexed-issue.ts'
import { bestPlace, marked } from '../../subscriber/search/marked-text.ts'
import { SearchIndex } from '../../subscriber/search/search-index.ts'
import { periodsOf, periodsOver } from '../../subscriber/search/part-numbers.ts'
import { readQuery } from '../../subscriber/search/search-query.ts'
import { wordsOf } from '../../subscriber/search/text-words.ts'
import { flipBit } from '../faults/flip-bit.ts'
import { random } from '../support/random.ts'

const A = 'a'.repeat(52)
const B = 'b'.repeat(52)

const folded = (text: string): string => wordsOf(text).map(({ word }) => word).join(' ')

t.test('words are the same without case, accents and what is not seen, and whatever the writing', async t => {
  t.equal(folded('Élan naïve ŒUVRE Straße Łódź søster'), 'elan naive oeuvre strasse lodz soster')
  t.equal(folded('l’amour, don\'t; js-libp2p C++'), 'l amour don t js libp2p c')
  t.equal(folded('so\u00ADft ﬁne ＷＩＤＥ'), 'soft fine wide')
  t.equal(folded('Ἀθῆναι ΟΔΟΣ'), 'αθηναι οδοσ')
  t.equal(folded('Ёлка'), 'елка')
  t.equal(folded('مُحَمَّد שָׁלוֹם'), 'محمد שלום')
  t.equal(folded('हिन्दी'), 'हिन्दी', 'marks that are letters stay')
  t.equal(folded('日本語 ｶﾞｷ'), '日本 本語 ガキ', 'every two characters that stand beside each other')
  t.equal(folded('東京2020で'), '東京 2020 で')
  t.equal(folded('한국어'), '한국 국어')
  t.equal(folded('e\u0301 \u0301 *** 🙂'), 'e')
  t.same(wordsOf('a Élan'), [{ word: 'a', start: 0, end: 1 }, { word: 'elan', start: 2, end: 6 }], 'and where they stand is known')
  t.equal(folded('x'.repeat(5000)).length, 40)
})

t.test('what somebody types becomes a query', async t => {
  const empty = { phrases: [], from: [], tags: [], after: null, before: null, unread: false, saved: false }
  const phrase = (text: string, isBeginning = false): object => ({ words: text.split(' '), isBeginning })
  t.same(readQuery(''), empty)
  t.same(readQuery('Salt  "Long Road" cara*'), { ...empty, phrases: [phrase('salt'), phrase('long road'), phrase('cara', true)] })
  t.same(readQuery('„eins zwei“ «trois» “four'), { ...empty, phrases: [phrase('eins zwei'), phrase('trois'), phrase('four')] })
  t.same(readQuery('from:"Ines V" TAG:food is:Unread is:saved'), { ...empty, from: ['Ines V'], tags: ['food'], unread: true, saved: true })
  t.match(readQuery('after:2024 after:2025-02 before:2025-03-31'), { after: '2025-02-01T00:00:00.000Z', before: '2025-03-31T00:00:00.000Z' })
  t.match(readQuery('http://a.b:80 c:d'), { phrases: [phrase('http a b 80'), phrase('c d')] }, 'other words with a colon are words')
  for (const text of ['from:', '"" ** -', '(', '^']) t.same(readQuery(text, { typing: true }), empty, text)
  t.match(readQuery('salt roa', { typing: true }), { phrases: [phrase('salt'), phrase('roa', true)] })
  t.match(readQuery('salt roa ', { typing: true }), { phrases: [phrase('salt'), phrase('roa')] })
  t.match(readQuery('"salt roa', { typing: true }), { phrases: [phrase('salt roa', true)] })
  t.match(readQuery('"salt roa"', { typing: true }), { phrases: [phrase('salt roa')] })
  t.same(readQuery('is:un', { typing: true }), empty, 'what is not yet whole does not count')
  for (const text of ['is:wet', 'before:yesterday', 'after:2024-02-31', 'after:2024-13', 'is:un x', Array.from({ length: 13 }, (_, i) => `w${i}`).join(' '), `"${'a b c d e '.repeat(10)}"`]) {
    t.throws(() => readQuery(text), { code: 'BAD_QUERY' }, text)
  }
})

t.test('what is looked for is marked in its text, with some of what stands around', async t => {
  const { phrases } = readQuery('élan "salt road" cara*')
  t.same(marked('Elan on the salt\nroad', phrases), [{ text: 'Elan', isHit: true }, { text: ' on the ', isHit: false }, { text: 'salt road', isHit: true }])
  const place = bestPlace(`${'word '.repeat(200)}caravans\non the salt road ${'word '.repeat(200)}`, phrases)
  t.same(place.filter(({ isHit }) => isHit).map(({ text }) => text), ['caravans', 'salt road'])
  t.ok(place.map(({ text }) => text).join('').length < 260)
  t.same([place[0]!.text.startsWith('… '), place.at(-1)!.text.endsWith(' …')], [true, true])
  t.same(bestPlace('日本語の本', readQuery('本').phrases).filter(({ isHit }) => isHit).map(({ text }) => text), ['本', '本'])
  t.same(bestPlace('', phrases), [])
  t.notMatch(bestPlace('😀'.repeat(500), phrases).map(({ text }) => text).join(''), /\p{Surrogate}/u, 'no character is cut in two')
})

t.test('the text of Markdown is what a reader reads', async t => {
  const text = renderSearchText('# One *two*\n\n[three](https://four.example) ![five](six.png) `seven`[^1]\n\n- eight\n\n| nine | ten |\n|--|--|\n| 11 | 12 |\n\n```\nlet x\n```\n\n<!-- gone -->a<br>b \u202Eturned\n\n[^1]: thirteen')
  t.equal(folded(text), 'one two three five seven eight nine ten 11 12 let x a b turned thirteen')
  t.notMatch(text, /\u202E/)
})

function issue (id: string, change: Partial<IndexedIssue> = {}): IndexedIssue {
  return {
    newsletter: A, id, version: '1', publishedAt: '2024-05-01T00:00:00.000Z', read: false, saved: false,
    title: `Issue ${id}`, subtitle: '', summary: '', authors: ['Ada Bo'], tags: [], text: '', ...change
  }
}

async function openIndex (t: Test, file = join(t.testdir(), 'library', 'search.sqlite')): Promise<{ index: SearchIndex, file: string, find: (q: string, more?: Partial<Wanted>) => Promise<Found>, ids: (q: string) => Promise<string[]> }> {
  const index = new SearchIndex({ file })
  await index.ready()
  t.teardown(() => index.close())
  const find = async (q: string, more: Partial<Wanted> = {}): Promise<Found> => await index.search({ ...readQuery(q), from: [], offset: 0, limit: 20, ...more })
  return { index, file, find, ids: async q => (await find(q)).issues.map(({ id }) => id) }
}

t.test('issues are found by words of any writing, phrases, beginnings, tags, dates and marks', async t => {
  const { index, find, ids } = await openIndex(t)
  await index.put([
    issue('de', { text: 'Die Straße nach Łódź ist lang.', tags: ['Salz', 'Langsam Essen'] }),
    issue('ja', { text: '日本語のテキストを読む。本' }),
    issue('th', { text: 'ภาษาไทยอ่านง่าย' }),
    issue('ko', { text: '서울에서 온 신문' }),
    issue('old', { text: 'The salt road was long.', publishedAt: '1999-05-01T00:00:00.000Z', authors: ['Inés Vidal'], read: true }),
    issue('b', { newsletter: B, text: 'A road of salt.', saved: true })
  ])
  for (const [q, found] of [
    ['strasse', ['de']], ['LODZ', ['de']], ['日本', ['ja']], ['本', ['ja']], ['読', ['ja']], ['テキスト', ['ja']], ['本日', []], ['ไทย', ['th']], ['서울', ['ko']], ['신문', ['ko']],
    ['salt road', ['old', 'b']], ['"salt road"', ['old']], ['"road salt"', []], ['lon*', ['old']], ['lon', []], ['"salt ro"*', ['old']],
    ['tag:salz', ['de']], ['tag:"langsam essen"', ['de']], ['tag:essen', []], ['essen', ['de']], ['ines', ['old']], ['before:2000', ['old']], ['after:1999-05-01 before:1999-05-02', ['old']],
    ['after:1999-05-02 before:2000', []], ['is:saved', ['b']], ['is:unread salt', ['b']], ['nothing', []], ['"OR" AND', []], ['salt NOT road', []], ['title:salt', []]
  ] as [string, string[]][]) t.same(await ids(q), found, q)
  t.same((await find('', { from: [{ words: ['vidal'], newsletters: [] }] })).issues.map(({ id }) => id), ['old'])
  t.same((await find('road', { from: [{ words: ['nobody'], newsletters: [B] }] })).issues.map(({ id }) => id), ['b'])
})

t.test('the title goes before the text, and what is newer a little before what is older', async t => {
  const { index, find, ids } = await openIndex(t)
  const at = (year: number): { publishedAt: string } => ({ publishedAt: `${year}-01-01T00:00:00.000Z` })
  await index.put([
    issue('text-new', { ...at(2026), text: 'About salt.' }), issue('text-old', { ...at(2001), text: 'About salt.' }),
    issue('title-old', { ...at(2000), title: 'Salt' }), issue('deck', { ...at(2010), subtitle: 'Of salt' }),
    issue('often', { ...at(2005), text: 'Salt, salt and salt.' }),
    issue('apart', { ...at(2020), text: 'The pepper and the mill.' }), issue('together', { ...at(2010), text: 'The pepper mill.' })
  ])
  t.same(await ids('salt'), ['title-old', 'deck', 'often', 'text-new', 'text-old'])
  t.same(await ids('pepper mill'), ['together', 'apart'])
  const pages = [await find('salt', { limit: 2 }), await find('salt', { limit: 2, offset: 2 })]
  t.same(pages.flatMap(({ issues }) => issues.map(({ id }) => id)), ['title-old', 'deck', 'often', 'text-new'])
  t.same([pages[0]!.total, pages[0]!.isMore], [5, false])
  await index.put(Array.from({ length: 400 }, (_, i) => issue(`many${i}`, { text: 'common' })))
  t.match(await find('common'), { total: 300, isMore: true })
})

t.test('words that follow each other are found however old they are, and whichever lists are merged', async t => {
  for (const [first, last] of [[0, 0], [4096, 9_000_000], [2 ** 31, 2 ** 32 + 50_000], [0, 2 ** 32]] as const) {
    const over = new Set(periodsOver(first, last))
    t.ok(over.size <= 5)
    for (const part of [first, Math.floor((first + last) / 2), last]) t.ok(periodsOf(part).some(period => over.has(period)), `${part} of ${first} to ${last}`)
  }
  const { index, ids, find } = await openIndex(t)
  const day = (i: number): { publishedAt: string } => ({ publishedAt: new Date(Date.UTC(2026, 0, 1) - i * 86_400_000).toISOString() })
  for (let i = 0; i < 2500; i += 100) {
    await index.put(Array.from({ length: 100 }, (_, n) => issue(`i${i + n}`, { ...day(i + n), text: `the salt of a road, the ${i + n}` })))
  }
  await index.put([issue('oldest', { ...day(2490), text: 'of the salt road' }), issue('named', { ...day(2480), title: 'The salt road', authors: ['Salt Road'] })])
  const all = async (): Promise<unknown> => [await ids('"salt road"'), await ids('"road salt"'), (await ids('salt road'))[0], (await find('', { from: [{ words: ['salt', 'road'], newsletters: [] }] })).total]
  const before = await all()
  t.same(before, [['named', 'oldest'], [], 'named', 1])
  let merged = 0
  while (await index.merge()) merged++
  t.not(merged, 0)
  t.same(await all(), before)
})

t.test('what takes the place of another, or is taken out, is gone, from the file too', async t => {
  const { index, file, ids } = await openIndex(t)
  const filler = Array.from({ length: 300 }, (_, i) => issue(`f${i}`, { text: `Filler number${i} ${'of words that stay '.repeat(20)}` }))
  await index.put(filler)
  await index.put([issue('x', { title: 'Quicksilver', tags: ['zanzibar'], text: `Xylographers. ${'Longer than a part. '.repeat(3000)} zwetschgen` })])
  t.same(await ids('zwetschgen quicksilver'), ['x'], 'a long text is found to its end, together with its title')
  t.ok(readFileSync(file).includes('xylographers'))
  t.same(await index.compare([{ ...issue('x'), read: true }]), [])
  t.same(await ids('is:unread quicksilver'), [])
  t.equal((await index.compare([{ ...issue('x'), version: '2' }, issue('new')])).length, 2)
  await index.put([issue('x', { version: '2', text: 'Replaced.' })])
  t.same([await ids('xylographers'), await ids('quick*'), await ids('replaced')], [[], [], ['x']])
  await index.remove([{ newsletter: A, id: 'x' }, { newsletter: B, id: 'x' }])
  t.same(await ids('replaced'), [])
  t.equal(await index.size(), 300)
  await index.close()
  const bytes = readFileSync(file)
  for (const word of ['xylographers', 'quicksilver', 'zanzibar', 'zwetschgen', 'replaced']) t.notOk(bytes.includes(word), word)
  t.ok(bytes.includes('number299'))
  t.notOk(statSync(join(file, '..')).isFile())
})

t.test('an index that is damaged begins anew and says so; a lock that a killed process left is no obstacle', async t => {
  const folder = t.testdir()
  const file = join(folder, 'search.sqlite')
  const first = await openIndex(t, file)
  await first.index.put(Array.from({ length: 300 }, (_, i) => issue(`f${i}`, { text: `Filler number${i} ${'of words '.repeat(50)}` })))
  await first.index.close()
  mkdirSync(`${file}.lock`)
  const second = await openIndex(t, file)
  t.equal(await second.index.size(), 300)
  await second.index.close()
  writeFileSync(file, readFileSync(file).fill(0x5a, 8192))
  const third = await openIndex(t, file)
  let rebuilt = 0
  third.index.on('rebuilt', () => rebuilt++)
  await t.rejects(third.find('filler'), { code: 'INTERNAL' })
  t.equal(rebuilt, 1)
  t.same(await third.ids('filler'), [])
  await third.index.put([issue('again', { text: 'filler' })])
  t.same(await third.ids('filler'), ['again'])
  await third.index.clear()
  t.equal(await third.index.size(), 0)
})

t.test('a bit of the index that has turned over is turned back', async t => {
  const draw = random(t)
  const file = join(t.testdir(), 'search.sqlite')
  const first = await openIndex(t, file)
  await first.index.put(Array.from({ length: 100 }, (_, i) => issue(`f${i}`, { text: `Filler number${i} ${'of words '.repeat(50)}` })))
  await first.index.close()
  const right = readFileSync(file)
  let mended = 0
  for (let i = 0; i < 10; i++) {
    writeFileSync(file, right)
    await flipBit(file, draw)
    const { index, find, ids } = await openIndex(t, file)
    index.on('mended', () => mended++).on('rebuilt', () => t.fail('it begins anew'))
    const found = [(await find('fill*')).total, await ids('number77'), await index.size(), (await index.indexed(0, 200)).length]
    t.same(found, [100, ['f77'], 100, 100])
    await index.close()
  }
  t.ok(mended > 0, `${mended} of them were in what was read`)
})

t.test('no text is too long, and no query too odd, for the index', async t => {
  const { index, find } = await openIndex(t)
  t.ok(partsOf(issue('long', { text: 'x'.repeat(4_000_000) })).every(({ text }) => text.length <= 24_000))
  await index.put([issue('long', { text: `${'x'.repeat(200_000)} end` }), issue('odd', { publishedAt: '9999-12-31T23:59:59.999Z', text: 'odd end' }), issue('early', { publishedAt: '0001-01-01T00:00:00.000Z', text: 'odd end' })])
  t.equal((await find('end')).total, 3)
  for (const q of ['"', '"" OR ""', 'a* b* c*', '{title} : x', 'NEAR(a b)', '-a', 'x\u0000y', '\uD800', '\'; DROP TABLE issues; --', '*', '^a', 'a AND', '(', 'è'.repeat(400), '日'.repeat(30), 'rowid:1']) {
    await t.resolves(find(q), JSON.stringify(q))
  }
  await index.put(Array.from({ length: 5000 }, (_, i) => issue(`n${i}`, { publishedAt: '2024-05-01T00:00:00.000Z', text: `same hour ${i}` })))
  t.equal((await find('"hour 4999"')).total, 1)
  t.equal((await find('"same hour" after:2024-05-01 before:2024-05-02 "hour 4998"')).total, 1)
})
