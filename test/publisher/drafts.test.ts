import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { thinVersions } from '../../publisher/drafts/thin-versions.ts'
import type { Draft, DraftVersion } from '../../shared/api/drafts.ts'
import { createClient, fetchSender } from '../../shared/api/client.ts'
import { countWords } from '../../shared/api/word-count.ts'
import { type Desk, openDesk, titlesOut, untilOut } from '../support/desk.ts'
import { MACHINE_KEY } from '../support/machine-key.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const HOUR_MS = 60 * 60_000

/** What the event stream tells of drafts from now on. */
async function listenToDrafts (t: Test, { node }: Desk): Promise<[name: string, data: unknown][]> {
  const heard: [string, unknown][] = []
  const abort = new AbortController()
  t.teardown(() => abort.abort())
  const { body } = await fetch(`${await node.listen()}/api/events`, { headers: { authorization: `Bearer ${node.programToken}` }, signal: abort.signal })
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (const [whole, name, data] of text.matchAll(/event: (draft\w+)\ndata: (.*)\n\n/g)) {
        heard.push([name!, JSON.parse(data!)])
        text = text.replace(whole, () => '')
      }
    }
  }
  read().catch(() => {}) // it ends with the test
  return heard
}

t.test('what is saved is there after the node was killed, with its versions', async t => {
  const desk = await openDesk(t)
  await desk.close()
  let node = await startNode(desk.home, desk.addresses)
  t.teardown(() => node.process.kill())
  const { id, version, language, words } = await node.client.createDraft({ body: { newsletter: 'The Long Road' } })
  t.match({ version, language, words }, { version: 0, language: 'nl', words: 0 })
  const params = { draft: id }
  await node.client.saveDraft({ params, body: { baseVersion: 0, title: 'One', subtitle: '', markdown: 'First words' } })
  await node.client.putDraftFile({ params: { draft: id, name: 'harbour.png' }, body: PIXEL })
  await node.client.putDraftFile({ params: { draft: id, name: 'empty' }, body: new Uint8Array() })
  const saved = await node.client.saveDraft({ params, body: { baseVersion: 1, title: 'Two', subtitle: 'Deck', markdown: 'Some more words', tags: ['sea'] } })
  await node.process.kill()

  node = await startNode(desk.home, desk.addresses)
  const found = await node.client.getDraft({ params })
  t.same(found, saved)
  t.match(found, { title: 'Two', subtitle: 'Deck', markdown: 'Some more words', language: 'nl', tags: ['sea'], version: 2, words: 3, publication: null })
  t.same(found.files, [{ name: 'harbour.png', type: 'image/png', sizeBytes: PIXEL.length, alt: '' }, { name: 'empty', type: 'application/octet-stream', sizeBytes: 0, alt: '' }])
  t.match((await node.client.listDraftVersions({ params })).versions, [{ version: 2, words: 3, kept: 'saved' }, { version: 1, words: 2, kept: 'saved' }])
  t.match(await node.client.getDraftVersion({ params: { draft: id, version: 1 } }), { title: 'One', markdown: 'First words', version: 1 })
  t.match(await node.client.getDraftVersion({ params: { draft: id, version: 2 } }), { title: 'Two', markdown: 'Some more words', version: 2 })
  await t.rejects(node.client.getDraftVersion({ params: { draft: id, version: 3 } }), { code: 'NOT_FOUND' })

  t.same((await node.client.listDrafts()).drafts.map(({ id, title }) => [id, title]), [[id, 'Two']])
  await node.client.discardDraft({ params })
  t.same((await node.client.listDrafts()).drafts, [])
  await t.rejects(node.client.getDraft({ params }), { code: 'NOT_FOUND' })
  t.same(await readdir(join(desk.home, 'drafts')), ['published'])
})

/** Mounting a small disk of one's own takes user namespaces, which some systems have switched off. */
const noDisk = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0 ? false : 'no small disk can be mounted here'

t.test('a full disk refuses a save and keeps the text', { skip: noDisk }, async t => {
  const desk = await openDesk(t)
  const home = join(desk.home, '..', 'small')
  await mkdir(home)
  const main = fileURLToPath(new URL('../../console/cli/main.js', import.meta.url))
  const node = spawn('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=160m,mode=700 tmpfs "$0" && exec "$@"', home, process.execPath, main,
    'start', '--headless', '--port', '0', '--home', home, '--bootstrap', desk.addresses, '--bind', '127.0.0.1'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, COLPORTEUR_MACHINE_KEY: MACHINE_KEY } })
  t.teardown(() => node.kill('SIGKILL'))
  const [line] = await once(node.stdout, 'data') as [Buffer]
  // Nobody but the process sees its disk.
  const token = (await readFile(join('/proc', String(node.pid), 'root', home, 'token'), 'utf8')).trim()
  const client = createClient(fetchSender({ url: new URL(line.toString().split('\n', 1)[0]!).origin, token }))
  const { newsletter } = await client.createNewsletter({ body: { title: 'Small' } })
  const { id } = await client.createDraft({ body: { newsletter: newsletter.address } })
  const params = { draft: id }
  const save = async (baseVersion: number): Promise<Draft> =>
    await client.saveDraft({ params, body: { baseVersion, title: 'Long', subtitle: '', markdown: `${baseVersion} ${'x'.repeat(4_000_000)}` } })
  const saveUntilFull = async (draft: Draft): Promise<Draft> => await save(draft.version).then(saveUntilFull, error => {
    t.match(error, { code: 'DISK_FULL' })
    return draft
  })
  const last = await saveUntilFull(await save(0))
  t.ok(last.version > 5)
  t.same(await client.getDraft({ params }), last)
  await t.rejects(client.putDraftFile({ params: { draft: id, name: 'boat.png' }, body: PIXEL }), { code: 'DISK_FULL' })
  t.same(await client.getDraft({ params }), last)
})

t.test('two windows on one draft never overwrite each other, and both texts are kept', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Ours', 'Begun')
  const params = { draft: id }
  const [mine, theirs] = [{ title: 'Ours', subtitle: '', markdown: 'Mine' }, { title: 'Ours', subtitle: '', markdown: 'Theirs' }]
  t.equal((await client.saveDraft({ params, body: { baseVersion: 1, ...mine } })).version, 2)
  t.equal((await client.saveDraft({ params, body: { baseVersion: 1, ...mine } })).version, 2, 'the same again is no conflict: its answer may have got lost')
  await t.rejects(client.saveDraft({ params, body: { baseVersion: 1, ...theirs } }), { code: 'CONFLICT', message: /another window.*version 2.*kept as version 3/ })
  await t.rejects(client.saveDraft({ params, body: { baseVersion: 1, ...theirs } }), { code: 'CONFLICT', message: /kept as version 3/ }, 'and kept once')
  t.match(await client.getDraft({ params }), { markdown: 'Mine', version: 2 })
  t.match(await client.getDraftVersion({ params: { draft: id, version: 3 } }), { markdown: 'Theirs', kept: 'conflict' })
  t.equal((await client.saveDraft({ params, body: { baseVersion: 2, title: 'Ours', subtitle: '', markdown: 'Mine and theirs' } })).version, 4)
  t.same((await client.listDraftVersions({ params })).versions.map(({ version, kept }) => [version, kept]),
    [[4, 'saved'], [3, 'conflict'], [2, 'saved'], [1, 'saved']])
  const texts = await Promise.all([1, 2, 3, 4].map(async version => (await client.getDraftVersion({ params: { draft: id, version } })).markdown))
  t.same(texts, ['Begun', 'Mine', 'Theirs', 'Mine and theirs'])
  const both = await Promise.allSettled(['a', 'b'].map(markdown => client.saveDraft({ params, body: { baseVersion: 4, title: 'At once', subtitle: '', markdown } })))
  t.same(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

t.test('files of a draft come, are described and go, and their names are checked', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Pictures', 'Text')
  const file = (name: string) => ({ params: { draft: id, name } })
  await client.putDraftFile({ ...file('my boat.png'), query: { alt: 'A boat' }, body: PIXEL })
  await client.putDraftFile({ ...file('empty.txt'), body: Buffer.alloc(0) })
  const big = randomBytes(10_000_000)
  t.match((await client.putDraftFile({ ...file('big.bin'), body: big })).files, [
    { name: 'my boat.png', type: 'image/png', alt: 'A boat' }, { name: 'empty.txt', sizeBytes: 0 }, { name: 'big.bin', sizeBytes: 10_000_000 }
  ])
  t.match((await client.putDraftFile({ ...file('my boat.png'), body: Buffer.concat([PIXEL, PIXEL]) })).files[0],
    { name: 'my boat.png', sizeBytes: 2 * PIXEL.length, alt: 'A boat' }, 'another picture of the same name keeps what is said of it')
  t.equal((await client.describeDraftFile({ ...file('my boat.png'), body: { alt: 'A red\nboat' } })).files[0]!.alt, 'A red boat')
  t.same(await readdir(join(desk.home, 'drafts', id, 'files')).then(names => names.length), 3, 'bytes that no name means are gone')
  for (const name of ['../draft.json', 'a\u202eb.png', 'MY BOAT.png', 'e\u0301.png']) {
    await t.rejects(client.putDraftFile({ ...file(name), body: PIXEL }), { code: 'BAD_NAME' }, name)
  }
  await t.rejects(client.putDraftFile({ ...file('large.bin'), body: Buffer.alloc(64 * 1024 * 1024 + 1) }), { code: 'TOO_LARGE' })
  await t.rejects(client.removeDraftFile(file('none.png')), { code: 'NOT_FOUND' })
  t.same((await client.removeDraftFile(file('big.bin'))).files.map(({ name }) => name), ['my boat.png', 'empty.txt'])
  t.equal((await client.getDraft({ params: { draft: id } })).version, 1, 'an editor that saves afterwards is not refused')
})

t.test('the check finds what stands against publishing, and what the author should know', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const markdown = [
    '## By *sea*', // 1
    'See [above](#by-sea), [nowhere](#by-land), [the map](map.pdf) and [a site](https://example.org#x).[^1]', // 2
    '', '![](files/boat.png) ![The port](port.png) ![Far](https://example.org/far.png)', // 4
    '', 'It cost TK euros, said the TKtest.', // 6
    '', '[^1]: Word', '', '`![](no.png)`', '', '![](<files/the%20harbour.png> "Caption")'
  ].join('\n')
  const { id } = await desk.write('', markdown)
  await client.putDraftFile({ params: { draft: id, name: 'boat.png' }, body: PIXEL })
  await client.putDraftFile({ params: { draft: id, name: 'the harbour.png' }, query: { alt: 'The harbour' }, body: PIXEL })
  await client.putDraftFile({ params: { draft: id, name: 'unused.png' }, body: PIXEL })
  const { findings, sizeBytes, words, minutes } = await client.checkDraft({ params: { draft: id } })
  t.same(findings.map(({ level, code, line }) => [level, code, line]), [
    ['stop', 'noTitle', null], ['stop', 'tk', 6], ['stop', 'pictureMissing', 4],
    ['warn', 'deadLink', 2], ['warn', 'deadLink', 2], ['warn', 'altMissing', 4], ['warn', 'remotePicture', 4],
    ['note', 'fileUnused', null]
  ])
  t.same([sizeBytes, words, minutes], [Buffer.byteLength(markdown) + 2 * PIXEL.length, countWords(markdown), 1])
  await t.rejects(client.publishDraft({ params: { draft: id }, body: { ignore: ['tk'] } }), { code: 'BAD_SOURCE', message: /title is empty.*port\.png/ })

  const empty = await client.createDraft({ body: { newsletter: desk.newsletter } })
  t.same((await client.checkDraft({ params: { draft: empty.id } })).findings.map(({ code }) => code), ['noTitle', 'noText'])
  await client.saveDraft({ params: { draft: empty.id }, body: { baseVersion: 0, title: 'TK', subtitle: '', markdown: 'é'.repeat(2_200_000), language: null } })
  t.same((await client.checkDraft({ params: { draft: empty.id } })).findings.map(({ code }) => code), ['tk', 'tooLarge', 'noLanguage'])
})

t.test('what is held can be taken back, and nothing was written; else it goes out once', async t => {
  const desk = await openDesk(t, { holdMs: HOUR_MS })
  const { client } = desk
  const { id } = await desk.write('Held', 'A text with TK in it.')
  const params = { draft: id }
  await t.rejects(client.publishDraft({ params, body: {} }), { code: 'BAD_SOURCE' })
  const held = await client.publishDraft({ params, body: { ignore: ['tk'] } })
  t.match(held.publication, { state: 'held', problem: null })
  t.same(await client.publishDraft({ params, body: {} }), held, 'a second click changes nothing')
  await t.rejects(client.discardDraft({ params }), { code: 'CONFLICT' })
  t.equal((await client.unpublishDraft({ params })).publication, null)
  t.same(await titlesOut(desk), [])
  t.equal((await client.publishIssue({ params: { newsletter: desk.newsletter }, body: { source: { markdown: '# Next' }, dryRun: true } })).number, 1)
  await client.publishDraft({ params, body: { ignore: ['tk'] } })
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Held', subtitle: '', markdown: 'A text.' } })
  await desk.close()

  await desk.open({ holdMs: 0, lateMs: HOUR_MS })
  t.match((await client.getDraft({ params })).publication, { state: 'held' }, 'it waits on after a restart')
  t.same(await titlesOut(desk), [])
  const heard = await listenToDrafts(t, desk)
  await client.unpublishDraft({ params })
  await client.publishDraft({ params, body: {} })
  await untilOut(desk, ['Held'])
  const { issues } = await client.listIssues({ params: { newsletter: desk.newsletter }, query: {} })
  await until('the removal is told', () => heard.some(([name]) => name === 'draftRemoved'), () => heard)
  t.same(heard.at(-1), ['draftRemoved', { draft: id, published: issues[0]!.ref }])
  t.match(heard[0], ['draftChanged', { id, title: 'Held', publication: null }])
  t.match(await client.getIssueContent({ params: { issue: issues[0]!.ref }, query: { format: 'markdown' } }), { content: 'A text.\n' }, 'the newest text went out')
  await t.rejects(client.unpublishDraft({ params }), { code: 'CONFLICT' })
  await t.rejects(client.publishDraft({ params, body: {} }), { code: 'CONFLICT' })
  await t.rejects(client.getDraft({ params }), { code: 'NOT_FOUND' })
  t.same(await readdir(join(desk.home, 'drafts')), ['published'])
  t.same(await readdir(join(desk.home, 'drafts', 'published')), [id])
})

t.test('what the node slept through is asked, what is only a little late goes out', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Late', 'For this morning.')
  const params = { draft: id }
  await t.rejects(client.publishDraft({ params, body: { at: '2020-01-01T00:00:00Z' } }), { code: 'BAD_REQUEST' })
  await t.rejects(client.publishDraft({ params, body: { at: 'tomorrow' } }), { code: 'BAD_REQUEST' })
  const later = new Date(Date.now() + HOUR_MS).toISOString()
  t.match((await client.publishDraft({ params, body: { at: later } })).publication, { state: 'scheduled', goesOutAt: later })
  const soon = new Date(Date.now() + 3_000).toISOString()
  await client.publishDraft({ params, body: { at: soon } })
  await desk.close()
  await until('its time has passed', () => Date.now() > Date.parse(soon))
  await desk.open({ lateMs: 0 })
  await until('it is missed', async () => (await client.getDraft({ params })).publication?.state === 'missed', () => client.getDraft({ params }))
  t.same(await titlesOut(desk), [])

  const again = new Date(Date.now() + 3_000).toISOString()
  await client.publishDraft({ params, body: { at: again } })
  await desk.close()
  await until('its time has passed', () => Date.now() > Date.parse(again))
  await desk.open()
  await untilOut(desk, ['Late'])
  t.match((await client.listIssues({ params: { newsletter: desk.newsletter }, query: {} })).issues, [{ publishedAt: again, number: 1, language: 'nl', authors: ['Ann'] }])
})

t.test('what can not go out says why, and goes out when that is mended', async t => {
  const desk = await openDesk(t, { holdMs: 500 })
  const { client } = desk
  const { id } = await desk.write('Broken', 'Whole.')
  const params = { draft: id }
  await client.publishDraft({ params, body: {} })
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Broken', subtitle: '', markdown: '![Gone](gone.png)' } })
  const { publication } = await until('it has failed', async () => {
    const draft = await client.getDraft({ params })
    return draft.publication?.state === 'failed' ? draft : null
  }, () => client.getDraft({ params }))
  t.match(publication, { problem: { code: 'BAD_SOURCE', reason: /gone\.png/ } })
  await client.putDraftFile({ params: { draft: id, name: 'gone.png' }, body: PIXEL })
  await client.publishDraft({ params, body: {} })
  await untilOut(desk, ['Broken'])
})

t.test('an issue is corrected as a draft: with its files, taken back like every other, and never twice', async t => {
  const desk = await openDesk(t, { holdMs: HOUR_MS })
  const { client, newsletter } = desk
  const folder = join(desk.home, '..', 'wrong')
  await mkdir(folder)
  await writeFile(join(folder, 'map.png'), PIXEL)
  await writeFile(join(folder, 'index.md'), '---\ntitle: The meeting\nsubtitle: Come all\ntags: [town]\n---\n\nIt is on Monday.\n\n![A map](map.png)\n')
  const { ref } = await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  const params = { issue: ref }
  const [draft, same] = await Promise.all([client.correctInDraft({ params }), client.correctInDraft({ params })])
  t.equal(same.id, draft.id, 'two windows that ask at once have one draft')
  t.match(draft, { corrects: { issue: ref, revision: 1 }, title: 'The meeting', subtitle: 'Come all', tags: ['town'], files: [{ name: 'map.png', alt: 'A map' }], version: 1 })
  t.equal((await client.correctInDraft({ params })).id, draft.id, 'asking again leads to the draft that was begun')
  const markdown = draft.markdown.replace('Monday', 'Tuesday')
  await client.saveDraft({ params: { draft: draft.id }, body: { baseVersion: 1, title: 'The meeting', subtitle: '', markdown } })
  await t.rejects(client.publishDraft({ params: { draft: draft.id }, body: {} }), { code: 'BAD_REQUEST' }, 'readers are told what kind of change it is')
  const { id: other } = await desk.write('Other', 'Text.')
  await t.rejects(client.publishDraft({ params: { draft: other }, body: { change: 'typo' } }), { code: 'BAD_REQUEST' })
  t.match((await client.publishDraft({ params: { draft: draft.id }, body: { change: 'correction', note: 'The day was wrong.' } })).publication, { state: 'held' })
  await client.unpublishDraft({ params: { draft: draft.id } })
  t.equal((await client.getIssue({ params })).issue.revision, 1, 'nothing has gone out')

  await desk.close()
  await desk.open({ holdMs: 0, lateMs: HOUR_MS })
  const { client: again } = desk
  await again.publishDraft({ params: { draft: draft.id }, body: { change: 'correction', note: 'The day was wrong.' } })
  await until('the correction is out, and was checked', async () => {
    const { issue: { revision, state } } = await again.getIssue({ params })
    return revision === 2 && state === 'ready'
  })
  t.match(await again.getIssue({ params }), { issue: { number: 1, subtitle: '', tags: ['town'], change: 'correction' }, files: [{ path: 'files/map.png' }] })
  t.match((await again.listRevisions({ params })).revisions[0], { revision: 2, note: 'The day was wrong.', verified: true })
  await until('the draft is gone', async () => (await again.listDrafts()).drafts.every(({ id }) => id !== draft.id))

  // Corrected in two places: the second is told, and nothing is overwritten.
  const late = await again.correctInDraft({ params })
  await again.saveDraft({ params: { draft: late.id }, body: { baseVersion: 1, title: 'The meeting', subtitle: '', markdown: `${markdown}\nBring chairs.\n` } })
  await again.correctIssue({ params, body: { source: { markdown: `${markdown}\nBring tables.\n` }, change: 'update' } })
  await again.publishDraft({ params: { draft: late.id }, body: { change: 'update' } })
  await until('it could not go out', async () => (await again.getDraft({ params: { draft: late.id } })).publication?.state === 'failed')
  t.match((await again.getDraft({ params: { draft: late.id } })).publication, { problem: { code: 'CONFLICT' } })
  await again.retractIssue({ params, body: { note: 'There is no meeting.' } })
  await again.unpublishDraft({ params: { draft: late.id } })
  await again.discardDraft({ params: { draft: late.id } })
  await t.rejects(again.correctInDraft({ params }), { code: 'CONFLICT' }, 'what was withdrawn is not corrected')
})

t.test('folders, pipes and files of others among a draft hide it not, stop nothing and stay', { timeout: 120_000 }, async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { id } = await desk.write('Mine', 'Text ![A picture](a.png)')
  await desk.client.putDraftFile({ params: { draft: id, name: 'a.png' }, body: PIXEL })
  const { id: piped } = await desk.write('Piped', 'Text')
  await desk.close()
  const folder = join(desk.home, 'drafts', id)
  const theirs = ['.sync', 'files/.stversions', 'versions/old', 'files/notes.txt', '.hidden'].map(name => join(folder, name))
  for (const [i, path] of theirs.entries()) await (i < 3 ? mkdir(path) : writeFile(path, 'mine'))
  const ours = ['.draft.json.0123abcd', `files/.${'0'.repeat(16)}`, `files/${'0'.repeat(64)}`, 'versions/7.json'].map(name => join(folder, name))
  for (const path of ours) await writeFile(path, 'left by a process that was killed')
  const pipe = async (path: string): Promise<void> => {
    await rm(path)
    t.equal(spawnSync('mkfifo', [path]).status, 0)
  }
  await pipe(join(desk.home, 'drafts', piped, 'draft.json'))
  await desk.open()
  const { drafts: [draft] } = await desk.client.listDrafts()
  t.match(draft, { id, title: 'Mine', files: [{ name: 'a.png' }] })
  for (const path of theirs) await t.resolves(stat(path), path)
  for (const path of ours) await t.rejects(stat(path), { code: 'ENOENT' }, path)

  await pipe(join(folder, 'files', (await readdir(join(folder, 'files'))).find(name => /^[0-9a-f]{64}$/.test(name))!))
  await desk.client.publishDraft({ params: { draft: id }, body: {} })
  await until('it has failed', async () => (await desk.client.getDraft({ params: { draft: id } })).publication?.state === 'failed')
})

t.test('the preview shows what the page of the issue then shows', async t => {
  const desk = await openDesk(t, { holdMs: HOUR_MS })
  const { client } = desk
  const markdown = '---\ntitle: No front matter\n---\n\n# Here\n\n![My boat](<my boat.png>) <b>bold</b> [map](files/map.txt) [up](#here)\n\n![Far](https://example.org/a.png)\n'
  const { id } = await desk.write('By sea', markdown)
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'By sea', subtitle: 'Slowly', markdown, language: 'fr' } })
  await client.putDraftFile({ params: { draft: id, name: 'my boat.png' }, body: PIXEL })
  await client.putDraftFile({ params: { draft: id, name: 'map.txt' }, body: Buffer.from('Here be dragons') })
  const preview = await desk.look((await client.openDraft({ params })).path)
  t.equal(preview.statusCode, 200)
  const picture = /<img[^>]* src="([^"]+)"/.exec(preview.body)![1]!.replaceAll('&amp;', '&')
  t.ok((await desk.look(picture)).rawPayload.equals(PIXEL))
  t.match(preview.body, /A draft: nobody has signed it/)

  await client.publishDraft({ params, body: { at: new Date(Date.now() + 300).toISOString() } })
  await untilOut(desk, ['By sea'])
  const { issues: [issue] } = await client.listIssues({ params: { newsletter: desk.newsletter }, query: {} })
  const page = await desk.look((await client.openIssue({ params: { issue: issue!.ref } })).path)
  t.match(page.body, /signed by/)
  t.equal(comparable(preview.body), comparable(page.body))
  t.match(comparable(page.body), /lang="fr".*By sea.*Slowly.*front matter.*<strong>bold<\/strong>/s)
})

/** A page without what can't be the same: addresses of files, and who signed. */
function comparable (html: string): string {
  return html.replace(/(src|href)="\/(read|preview)\/[^"]*\/files\/([^"?]*)[^"]*"/g, (_, attribute, _where, name) => `${attribute}="${name.replace('%20', '-')}"`)
    .replace(/<footer[^]*/, '').replace(/<time[^]*<\/time>/, '')
}

t.test('versions grow fewer with age, and never more than 100', async t => {
  const now = Date.parse('2026-06-15T12:00:00.000Z')
  const at = (ageMs: number, version: number, kept: DraftVersion['kept'] = 'saved'): DraftVersion =>
    ({ version, savedAt: new Date(now - ageMs).toISOString(), words: 1, kept })
  const ages = (versions: DraftVersion[]): number[] => versions.map(({ savedAt }) => (now - Date.parse(savedAt)) / 60_000)
  const minute = 60_000
  t.same(ages(thinVersions([3, 2, 1, 0].map((age, i) => at(age * minute, i)), now)), [3, 2, 1, 0], 'all of the last hour')
  t.same(ages(thinVersions([115, 100, 80, 70].map((age, i) => at(age * minute, i)), now)), [70], 'the last of an hour')
  t.same(ages(thinVersions([60 * 50, 60 * 49, 60 * 25].map((age, i) => at(age * minute, i)), now)), [60 * 49, 60 * 25], 'the last of a day')

  const writing = Array.from({ length: 20 * 60 * 3 }, (_, i) => at((20 * 60 * 3 - i) * 3000, i))
  const kept = thinVersions(writing, now)
  t.ok(kept.length <= 100 && kept.length > 40)
  t.same(kept.at(-1), writing.at(-1))
  t.ok(ages(kept)[0]! > 120, 'three hours of writing every three seconds leave something of each hour')
  const refused = writing.map(version => ({ ...version, version: version.version + 5000, kept: 'conflict' as const }))
  const mixed = thinVersions([...writing, ...refused].sort((a, b) => a.savedAt.localeCompare(b.savedAt)), now)
  t.ok(mixed.length <= 100)
  t.ok(mixed.some(({ kept }) => kept === 'saved') && mixed.some(({ kept }) => kept === 'conflict'))
})
