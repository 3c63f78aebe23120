import { randomBytes } from 'node:crypto'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { BackupManifest, BackupMarks, readContents } from '../../console/backup/backup-contents.ts'
import { readPlainJson } from '../../console/backup/plain-json.ts'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { BACKUP_MAGIC, sealBackup } from '../../shared/format/backup.ts'
import { CHEAP } from '../support/cheap-passphrase.ts'
import { publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { onePixelPng } from '../support/pictures.ts'
import { ColporteurProcess, run } from '../support/processes.ts'
import { changeRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

const PASSPHRASE = 'correct horse battery'

interface Stage {
  network: TestNetwork
  author: TestNode
  reader: TestNode
  /** Address of the one that the author writes, and of the one that the reader writes. */
  newsletter: string
  other: string
  words: string
  draft: string
  /** Ref of an issue that the author has read and saved. */
  saved: string
  /** Where the backup goes. */
  file: string
}

/** An author who reads another newsletter as well, with a draft that is to go out, and marks. */
async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Mine' } })
  const { newsletter: { address: other } } = await reader.client.createNewsletter({ body: { title: 'Other' } })
  await publishIssues(author, newsletter, 1)
  const [saved] = await publishIssues(reader, other, 2)
  await author.client.subscribe({ body: { address: other } })
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(author, other, 2)
  await untilComplete(reader, newsletter, 1)
  await author.client.saveIssue({ params: { issue: saved! }, body: { saved: true } })
  await author.client.markIssue({ params: { issue: saved! }, body: { read: true } })
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  await author.client.putDraftFile({ params: { draft, name: 'pack.png' }, body: new Uint8Array(onePixelPng) })
  const save = async (baseVersion: number, markdown: string): Promise<unknown> =>
    await author.client.saveDraft({ params: { draft }, body: { baseVersion, title: 'Not yet', subtitle: '', markdown } })
  await save(0, 'First.')
  await save(1, 'Second. ![A pack](files/pack.png)')
  await author.client.publishDraft({ params: { draft }, body: { at: new Date(Date.now() + 3_600_000).toISOString() } })
  return { network, author, reader, newsletter, other, words, draft, saved: saved!, file: join(network.folder, 'all.backup') }
}

t.test('a backup brings back on another machine what is not on the network, and makes no second writer', async t => {
  const { network, author, newsletter, other, draft, saved, file } = await stage(t)
  await writeFile(join(author.home, 'config.json'), '{ "port": 0 }')
  const policy = { ...EVERYTHING, last: 7, maxDiskBytes: 50_000_000 }
  await author.client.setPolicy({ params: { newsletter: other }, body: policy })
  await author.client.changeSubscription({ params: { newsletter: other }, body: { folder: 'History', petName: 'My roads', receipts: false } })
  await author.client.announceNewsletter({ params: { newsletter: other }, body: { announce: false } })
  await author.client.highlight({ params: { issue: saved }, body: { quote: 'issue 1', before: 'Text of ', start: 8, note: 'Why?' } })
  await author.client.fetchIssue({ params: { issue: saved }, body: { fetched: true } })
  const place = { fraction: 0.25, block: 3.5 }
  await author.client.keepPlace({ params: { issue: saved }, body: { place } })
  const made = await author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE } })
  t.match(made, { path: file, counts: { newsletters: 2, drafts: 1, marks: 5 }, writers: [], wordsLeftOut: ['Mine'] })
  t.notMatch(await readFile(file), /Not yet|Mine/, 'nothing of it can be read without the passphrase')

  const anew = await network.open('new')
  const opened = await anew.client.openBackup({ body: { path: file, passphrase: PASSPHRASE } })
  t.match(opened, {
    taken: { newsletters: 2, drafts: 1, marks: 5 }, settings: true, draftsThere: 0, keptThere: [], written: [{ newsletter, title: 'Mine', words: false, writer: false }]
  })
  await untilComplete(anew, newsletter, 1)
  await untilComplete(anew, other, 2)
  t.match(await anew.client.getNewsletter({ params: { newsletter } }), { role: 'subscribed' })
  t.match(await anew.client.getSubscription({ params: { newsletter: other } }), { policy, folder: 'History', petName: 'My roads', receipts: false })
  t.match(await anew.client.getNewsletter({ params: { newsletter: other } }), { announce: false })
  t.match((await anew.client.getIssue({ params: { issue: saved } })).issue, { read: true, saved: true, place })
  t.match(await anew.client.listHighlights({ query: { issue: saved } }), { highlights: [{ quote: 'issue 1', note: 'Why?', title: 'Issue 1' }] })
  t.match(await anew.client.makeBackup({ body: { path: join(network.folder, 'again.backup'), passphrase: PASSPHRASE } }), { counts: { marks: 5 } }, 'all of what the reader did, also what was asked for whole')
  const there = await anew.client.getDraft({ params: { draft } })
  t.match(there, { title: 'Not yet', markdown: /^Second/, files: [{ name: 'pack.png' }], publication: null }, 'it goes out from one machine alone')
  t.match(await anew.client.getDraftVersion({ params: { draft, version: 1 } }), { markdown: 'First.' })
  t.equal(await readFile(join(anew.home, 'config.json'), 'utf8'), '{ "port": 0 }')
  t.same((await readdir(anew.home)).filter(name => name === 'opening'), [], 'what was unpacked is gone')
  t.same((await readdir(join(anew.home, 'keys'))), ['node.key'], 'no secret came')

  t.match(await anew.client.openBackup({ body: { path: file, passphrase: PASSPHRASE } }), { taken: { newsletters: 0, drafts: 0 }, draftsThere: 1, settings: false }, 'again, it changes nothing')
  await t.rejects(publishIssues(anew, newsletter, 1, 2), { code: 'NOT_WRITER' })
})

t.test('a backup that is damaged, cut off, no backup, or sealed with another passphrase is refused whole', async t => {
  const { network, author, file } = await stage(t)
  await author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE } })
  const good = await readFile(file)
  const anew = await network.open('new')
  const open = (passphrase = PASSPHRASE): Promise<unknown> => anew.client.openBackup({ body: { path: file, passphrase } })
  const refused = async (content: Uint8Array, code: string, what: string): Promise<void> => {
    await writeFile(file, content)
    await t.rejects(open(), { code }, what)
  }
  await t.rejects(open('another passphrase'), { code: 'BAD_PASSPHRASE' })
  await refused(changed(good, good.length - 20), 'BAD_PASSPHRASE', 'one piece alone is all of it')
  await refused(changed(good, 0), 'BAD_BACKUP', 'another beginning')
  await refused(changed(good, BACKUP_MAGIC.length), 'BAD_PASSPHRASE', 'another lock')
  await refused(Buffer.concat([good, Buffer.from('more')]), 'BAD_PASSPHRASE', 'more behind the end of a short one')
  await refused(good.subarray(0, 30), 'BAD_BACKUP', 'cut off in its head')
  await refused(Buffer.from('Dear diary'), 'BAD_BACKUP', 'something else')
  const greedy = Buffer.from(good)
  greedy.writeUInt32LE(0xffffffff, BACKUP_MAGIC.length + 20)
  await refused(greedy, 'BAD_FORMAT', 'a lock that asks for more memory than any machine should give')
  await t.rejects(anew.client.openBackup({ body: { path: join(network.folder, 'none'), passphrase: PASSPHRASE } }), { code: 'BAD_SOURCE' })

  const draft = (await author.client.listDrafts()).drafts[0]!.id
  await author.client.putDraftFile({ params: { draft, name: 'large.bin' }, body: new Uint8Array(300_000) })
  await author.client.makeBackup({ body: { path: join(network.folder, 'large.backup'), passphrase: PASSPHRASE } })
  const large = await readFile(join(network.folder, 'large.backup'))
  await refused(changed(large, large.length - 20), 'BAD_BACKUP', 'damaged behind its first piece')
  await refused(large.subarray(0, large.length - 1000), 'BAD_BACKUP', 'cut off')
  await writeFile(file, large)
  await truncate(file, BACKUP_MAGIC.length + 24 + 24 + 2 * (65_536 + 17))
  await t.rejects(open(), { code: 'BAD_BACKUP', message: /cut off/ }, 'cut off between two pieces')
  t.match(await anew.client.listNewsletters(), { newsletters: [] })
  t.match(await anew.client.listDrafts(), { drafts: [] }, 'nothing of them was taken over')

  await writeFile(file, 'my thesis')
  await t.rejects(author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE } }), { code: 'CONFLICT' }, 'a backup replaces nothing but a backup')
  await t.rejects(author.client.makeBackup({ body: { path: join(network.folder, 'no', 'where'), passphrase: PASSPHRASE } }), { code: 'BAD_SOURCE' })
})

t.test('a backup that somebody made by hand writes nothing elsewhere, and takes over nothing that no backup has', async t => {
  const network = await testNetwork(t)
  const { client, home } = await network.open('new')
  const file = join(network.folder, 'made.backup')
  const manifest = { colporteur: 1, kind: 'backup', at: '2026-01-05T00:00:00.000Z', device: 'd', config: null, followed: [], drafts: 0 }
  const open = async (entries: Record<string, unknown>): Promise<unknown> => {
    const all = Object.entries(entries).map(([name, value]) => ({ name, bytes: [Buffer.from(JSON.stringify(value))] }))
    const parts = all.map(({ name, bytes }) => ({ name, bytes, sizeBytes: bytes[0]!.length }))
    const sealed = sealBackup((async function * () { yield * parts })(), PASSPHRASE, CHEAP)
    await writeFile(file, sealed)
    return await client.openBackup({ body: { path: file, passphrase: PASSPHRASE } })
  }
  await t.rejects(open({ 'backup.json': manifest, 'drafts/../../../evil': {} }), { code: 'BAD_BACKUP', message: /no backup has/ })
  await t.rejects(open({}), { code: 'BAD_BACKUP', message: /does not say/ })
  await t.rejects(open({ 'backup.json': manifest, 'marks.json': { read: 'all' } }), { code: 'BAD_BACKUP' })
  await t.rejects(open({ 'backup.json': manifest, [`drafts/${'0'.repeat(26)}/draft.json`]: { id: 'other' } }), { code: 'BAD_BACKUP' })
  let nested: unknown = []
  for (let level = 0; level < 2000; level++) nested = [nested]
  const draft = { id: '0'.repeat(26), newsletter: 'y'.repeat(52), title: '', subtitle: '', markdown: '', language: null, tags: [], version: 1, savedAt: '', words: 0, files: [], versions: [], publication: null, published: null }
  for (const more of [{ extra: nested }, { extra: Array.from({ length: 1000 }, () => []) }]) {
    await t.rejects(open({ 'backup.json': manifest, [`drafts/${draft.id}/draft.json`]: { ...draft, ...more } }), { code: 'BAD_BACKUP', message: /not as it should be/ }, 'a draft of brackets')
    await t.rejects(open({ 'backup.json': manifest, [`drafts/${draft.id}/draft.json`]: draft, [`drafts/${draft.id}/versions/1.json`]: { ...draft, ...more } }), { code: 'BAD_BACKUP' })
  }
  await t.rejects(open({ 'backup.json': { ...manifest, config: '{ "port": "none" }' } }), { code: 'BAD_CONFIG' })
  const address = 'y'.repeat(52)
  const followed = { address, role: 'subscribed', title: 'T', paused: false }
  await t.rejects(open({ 'backup.json': { ...manifest, followed: [followed, followed] } }), { code: 'BAD_BACKUP', message: /twice/ })
  const head = { length: 9, fork: 0, treeHash: '0' }
  const mark = { drive: address, head: { index: head, blobs: head } }
  await t.rejects(open({ 'backup.json': { ...manifest, followed: [followed] }, [`keys/${address}.json`]: { writer: null, mark, root: null } }), { code: 'BAD_BACKUP', message: /another drive/ }, 'how far somebody else has published')
  t.same((await client.listNewsletters()).newsletters, [], 'nothing was taken over of any of them')
  t.match(await open({ 'backup.json': manifest }), { taken: { newsletters: 0, drafts: 0, marks: 0 } })
  t.notOk((await readdir(network.folder)).includes('evil'))
  const config = { port: 0, host: '0.0.0.0', bind: '192.0.2.7', notify: ['/bin/sh', '-c', 'id'], digest: '08:00', lan: false }
  t.match(await open({ 'backup.json': { ...manifest, config: JSON.stringify(config), followed: [followed] }, 'marks.json': { read: [{ newsletter: address, id: '0'.repeat(26), at: '' }], saved: [], places: [] } }), {
    settings: true, settingsTaken: [{ name: 'port', value: '0' }, { name: 'digest', value: '08:00' }, { name: 'lan', value: 'false' }], taken: { newsletters: 1, marks: 1 }
  })
  t.same(JSON.parse(await readFile(join(home, 'config.json'), 'utf8')), { port: 0, digest: '08:00', lan: false }, 'not what is run here, nor who reaches it')
})

t.test('what is not as a backup has it is refused, whatever it is called', async t => {
  const manifest = { colporteur: 1, kind: 'backup', at: '2026-01-05T00:00:00.000Z', device: 'd', config: null, followed: [], drafts: 0 }
  const followed = { address: 'y'.repeat(52), role: 'subscribed', title: 'T', paused: false }
  const read = (change: string): unknown => readContents(BackupManifest, Buffer.from(JSON.stringify(manifest).replace(/}$/, `,${change}}`)), 'backup.json')
  t.same(read(`"followed":[${JSON.stringify({ ...followed, folder: 'F', policy: EVERYTHING })}]`), { ...manifest, followed: [{ ...followed, folder: 'F', policy: EVERYTHING }] })
  t.throws(() => read('"colporteur":2,"kind":{}'), { code: 'BAD_BACKUP', message: /newer version/ })
  for (const change of ['"at":"\\u001b[2Jtoday"', '"device":"a\\u0007b"', '"config":{}', '"followed":{"__proto__":[]}', '"drafts":1e999']) t.throws(() => read(change), { code: 'BAD_BACKUP' }, change)
  for (const change of [{ folder: 'a\u0007b' }, { role: '__proto__' }, { policy: { ...EVERYTHING, last: 'all' } }, { address: `../${'y'.repeat(49)}` }]) {
    t.throws(() => read(`"followed":[${JSON.stringify({ ...followed, ...change })}]`), { code: 'BAD_BACKUP' }, JSON.stringify(change))
  }
  const mark = { newsletter: 'y'.repeat(52), id: '0'.repeat(26), at: '2026-01-05T00:00:00.000Z' }
  const readMarks = (change: object): unknown => readContents(BackupMarks, Buffer.from(JSON.stringify({ read: [mark], saved: [], places: [{ ...mark, fraction: 0.5, block: 1 }], ...change })), 'marks.json')
  t.match(readMarks({}), { places: [{ block: 1 }] })
  for (const change of [{ read: 'all' }, { read: [{ ...mark, at: 'now' }] }, { read: [{ ...mark, id: '../../x' }] }, { places: [{ ...mark, fraction: 2, block: 1 }] }, { places: [{ ...mark, fraction: '0', block: null }] }, { highlights: {} }]) {
    t.throws(() => readMarks(change), { code: 'BAD_BACKUP' }, JSON.stringify(change))
  }
})

t.test('JSON that would become many times its size in memory is not read', async t => {
  const bytes = (text: string): Uint8Array => Buffer.from(text)
  t.same(readPlainJson(bytes('{"a":["[[[[[[[[[[[[[[[[[[[[[[,,,\\"]",1,null]}')), { a: ['[[[[[[[[[[[[[[[[[[[[[[,,,"]', 1, null] })
  t.same(Object.keys(readPlainJson(bytes('{"__proto__":{"x":1}}')) as object), ['__proto__'], 'a name as any other')
  for (const text of ['[1', '', '\ufeff[]', '"\xff', '['.repeat(17) + ']'.repeat(17), '['.repeat(100_000_000), '[[],'.repeat(10_000_000), '[' + ','.repeat(2_000)]) {
    t.equal(readPlainJson(bytes(text)), undefined, `${text.slice(0, 4)}… of ${text.length}`)
  }
})

t.test('with the writer in it, a backup writes on only when the old machine is gone and nobody knows of more', async t => {
  const { network, author, reader, newsletter, words, file } = await stage(t)
  const make = await run(['backup', 'make', file, '--with-writer', '--home', author.home], { input: `${PASSPHRASE}\n` })
  t.match(make, { code: 77 }, 'the author\'s node, which does not listen, has the home to itself')
  t.match(await author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE, withWriter: true } }), { writers: ['Mine'], wordsLeftOut: [] })
  const anew = await network.open('new')
  const params = { newsletter }
  t.match(await anew.client.openBackup({ body: { path: file, passphrase: PASSPHRASE } }), { written: [{ words: true, writer: true }] })
  t.match(await anew.client.showWords({ params, body: {} }), { sets: [{ words }] }, 'words that were never confirmed lie there again')
  await untilComplete(anew, newsletter, 1)
  const spare = await network.open('spare')
  await spare.client.openBackup({ body: { path: file, passphrase: PASSPHRASE } })
  const heldBySpare = join(spare.home, 'keys', newsletter, 'held-writer.json')
  t.ok(await readFile(heldBySpare))
  t.same(await spare.client.leaveNewsletter({ params, body: {} }), { writer: 'w1', wrote: false })
  await t.rejects(readFile(heldBySpare), { code: 'ENOENT' }, 'who leaves has no keys of a backup left either')
  t.match(await spare.client.getNewsletter({ params }), { keys: null, role: 'subscribed' })
  await t.rejects(spare.client.leaveNewsletter({ params, body: {} }), { code: 'NOT_WRITER' })
  await spare.stop()

  await t.rejects(publishIssues(anew, newsletter, 1, 2), { code: 'NOT_WRITER' }, 'the keys are held, and used for nothing')
  const body = { wordsLost: true }
  await t.rejects(anew.client.resumeWriter({ params, body }), { code: 'CONFLICT', message: /words lie on this machine.*colporteur restore/ }, 'with words there is a better way')
  await anew.client.confirmWords({ params, body: { words } })
  await t.rejects(anew.client.resumeWriter({ params, body: {} }), { code: 'BAD_REQUEST', message: /colporteur restore.*writers renew.*--words-lost/ }, 'nor by accident')
  await t.rejects(anew.client.resumeWriter({ params, body }), { code: 'CONFLICT', message: /is on: it said so/ }, 'the old machine is on')
  await publishIssues(author, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
  await author.stop()
  await reader.stop()
  await anew.restart()
  await t.rejects(anew.client.resumeWriter({ params, body: { ...body, timeoutSeconds: 1 } }), { code: 'NO_PEERS' })
  await reader.restart()
  await untilComplete(reader, newsletter, 2)
  await untilComplete(anew, newsletter, 2)
  t.match(await anew.client.resumeWriter({ params, body }), { writer: 'w1' })
  await publishIssues(anew, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  t.match(await reader.client.getNewsletter({ params }), { problem: null, writers: { length: 1 } })
})

t.test('restored while the old machine lives, the words make it a new writer', async t => {
  const { network, author, reader, newsletter, words, file } = await stage(t)
  await author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE } })
  const anew = await network.open('new')
  await anew.client.openBackup({ body: { path: file, passphrase: PASSPHRASE } })
  await anew.client.startRestoration({ body: { words } })
  const params = { newsletter }
  await until('the old machine was heard', async () => (await anew.client.getRestoration()).restoration?.newsletters.some(({ state, writers }) => state === 'ready' && writers[0]!.isOn))
  await t.rejects(anew.client.proposeRestoration({ params, body: {} }), { code: 'CONFLICT' })
  const { text } = await anew.client.proposeRestoration({ params, body: { inPlaceOf: [] } })
  const signed = await anew.client.signProposal({ body: { text, words } })
  await anew.client.publishRoot({ body: { text: signed.text } })
  await until('both may write', async () => (await anew.client.getNewsletter({ params })).role === 'own')
  t.notOk((await anew.client.getNewsletter({ params })).subscribed, 'what is one\'s own was in the inbox only until it is written again')
  await publishIssues(anew, newsletter, 1, 2)
  await until('the old machine has it', async () => (await author.client.getNewsletter({ params })).issues.ready === 2)
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  await changeRoot(anew, newsletter, { kind: 'retire', writer: 'w1', reason: 'old' }, words)
})

t.test('a backup with an entry larger than any, one that comes twice, or a folder in its place is refused', async t => {
  const network = await testNetwork(t)
  const { client, home } = await network.open('new')
  const file = join(network.folder, 'made.backup')
  const open = async (path = file): Promise<unknown> => await client.openBackup({ body: { path, passphrase: PASSPHRASE } })
  const zeros = function * (): Generator<Uint8Array> { while (true) yield new Uint8Array(65_536) }
  const manifest = Buffer.from(JSON.stringify({ colporteur: 1, kind: 'backup', at: '2026-01-05T00:00:00.000Z', device: 'd', config: null, followed: [], drafts: 0 }))
  /** The beginning of a backup: what says how large the entry is. */
  const begin = async (name: string, sizeBytes: number): Promise<void> => {
    const parts: Uint8Array[] = []
    const sealed = sealBackup((async function * () { yield { name, sizeBytes, bytes: zeros() } })(), PASSPHRASE, CHEAP)
    for await (const part of sealed) if (parts.push(part) === 4) break
    await writeFile(file, Buffer.concat(parts))
  }
  await begin('marks.json', 300 * 1024 * 1024)
  await t.rejects(open(), { code: 'BAD_BACKUP', message: /larger than it can be/ })
  for (const name of ['draft.json', 'versions/1.json']) {
    await begin(`drafts/${'0'.repeat(26)}/${name}`, 33 * 1024 * 1024)
    await t.rejects(open(), { code: 'BAD_BACKUP', message: /larger than it can be/ }, name)
  }
  await begin(`drafts/${'0'.repeat(26)}/files/${'0'.repeat(64)}`, 1024 * 1024 * 1024 + 1)
  await t.rejects(open(), { code: 'BAD_BACKUP' })
  const entry = (name: string): { name: string, sizeBytes: number, bytes: Uint8Array[] } => ({ name, sizeBytes: manifest.length, bytes: [manifest] })
  const twice = [entry('backup.json'), ...Array.from({ length: 2 }, () => entry(`drafts/${'0'.repeat(26)}/draft.json`))]
  await writeFile(file, sealBackup((async function * () { yield * twice })(), PASSPHRASE, CHEAP))
  await t.rejects(open(), { code: 'BAD_BACKUP', message: /twice/ })
  await t.rejects(open(network.folder), { code: 'BAD_SOURCE' })
  t.notOk((await readdir(home)).includes('opening'), 'and leaves nothing behind')
})

t.test('killed while it opens a backup, a node has taken over nothing by halves, and clears away what was unpacked', async t => {
  const { network, author, draft, file } = await stage(t)
  for (const name of ['a', 'b', 'c']) await author.client.putDraftFile({ params: { draft, name: `${name}.bin` }, body: new Uint8Array(randomBytes(15_000_000)) })
  await author.client.makeBackup({ body: { path: file, passphrase: PASSPHRASE } })
  const home = join(network.folder, 'new')
  const first = new ColporteurProcess(['backup', 'open', file, '--home', home], { input: `${PASSPHRASE}\n` })
  await until('it unpacks', async () => (await readdir(join(home, 'opening'), { recursive: true }).catch(() => [])).some(name => /files.[0-9a-f]{64}$/.test(name)), undefined, 0)
  await first.kill()
  t.ok((await readdir(home)).includes('opening'), 'it was killed in the middle of it')
  t.same(JSON.parse((await run(['newsletter', 'list', '--home', home, '--json'])).stdout), { newsletters: [] })
  t.notOk((await readdir(home)).includes('opening'), 'the next start clears it away')
  const again = await run(['backup', 'open', file, '--home', home], { input: `${PASSPHRASE}\n` })
  t.match(again, { code: 0, stdout: /took over 2 newsletters, 1 draft, 2 read marks/ })
  const node = await network.open('new')
  t.match(await node.client.getDraft({ params: { draft } }), { title: 'Not yet', files: { length: 4 } })
})

t.test('on the command line the passphrase comes from stdin, and the file says what is in it', async t => {
  const { network, author, file } = await stage(t)
  await author.stop()
  const backup = (args: string[], input = ''): ReturnType<typeof run> => run(['backup', ...args], { input })
  t.match(await backup(['make', file, '--home', author.home]), { code: 2, stderr: /No passphrase came/ })
  t.match(await backup(['make', file, '--home', author.home], 'short\n'), { code: 2 })
  const made = await backup(['make', file, '--home', author.home], `${PASSPHRASE}\n`)
  t.match(made, { code: 0, stdout: `${file}\n`, stderr: /2 newsletters, 1 draft, 2 read marks[^]*words of "Mine" were never confirmed/ })
  const lock = (await readFile(file)).subarray(BACKUP_MAGIC.length + 16)
  t.same([lock.readUInt32LE(0), lock.readUInt32LE(4)], [3, 256 * 1024 * 1024], 'each passphrase that is tried costs a second')
  const home = join(network.folder, 'new')
  t.match(await backup(['open', file, '--home', home], 'another passphrase\n'), { code: 2, stderr: /not the passphrase/ })
  const opened = await backup(['open', file, '--home', home], `${PASSPHRASE}\n`)
  t.match(opened, { code: 0, stdout: /took over 2 newsletters, 1 draft, 2 read marks/, stderr: /"Mine" was written there[^]*colporteur restore/ })
})

function changed (bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 1
  return copy
}
