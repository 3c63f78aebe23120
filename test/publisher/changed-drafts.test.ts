import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { StoredDraft } from '../../publisher/drafts/stored-draft.ts'
import type { Problem } from '../../shared/api/problem.ts'
import { changeByHand, turnBitIn } from '../support/by-hand.ts'
import { type Desk, draftAsides, draftFile, draftFolder, openDesk, titlesOut, untilOut } from '../support/desk.ts'
import { until } from '../support/until.ts'

const HOUR_MS = 60 * 60_000
const PASSPHRASE = 'a passphrase for backups'

const problemsOf = async ({ client }: Desk): Promise<Problem[]> => (await client.getStatus()).problems

t.test('a scheduled draft in whose text a bit has turned over is opened, says so, and stays a draft until somebody has looked', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Peace', 'There will be no war.')
  const params = { draft: id }
  await client.publishDraft({ params, body: { at: new Date(Date.now() + HOUR_MS).toISOString() } })
  await desk.close()
  // It is due.
  await writeFile(draftFile(desk, id), (await readFile(draftFile(desk, id), 'utf8')).replace(/(?<="goesOutAt": ")[^"]*/, new Date().toISOString()))
  await turnBitIn(draftFile(desk, id), 'no war.')
  const damaged = await readFile(draftFile(desk, id), 'utf8')
  await desk.open({ lateMs: HOUR_MS })
  const found = await client.getDraft({ params })
  t.match(found, {
    title: 'Peace', markdown: 'There will be oo war.', problem: { code: 'DAMAGED', reason: /changed by something other than this program/ },
    publication: { state: 'failed', problem: { code: 'DAMAGED', reason: /taken off the schedule: look at it, then schedule it again/ } }
  })
  t.match((await client.listDrafts()).drafts, [{ id, problem: { code: 'DAMAGED' } }])
  const [aside] = await draftAsides(desk, id)
  t.match(await problemsOf(desk), [{ code: 'DAMAGED', reason: new RegExp(`^Peace: .*kept as ${aside!}`) }])
  t.equal(await readFile(join(draftFolder(desk, id), aside!), 'utf8'), damaged, 'as it was found')

  await desk.close()
  await desk.open({ holdMs: 0, lateMs: HOUR_MS })
  t.match(await client.getDraft({ params }), { problem: { code: 'DAMAGED' } }, 'it is said until somebody has looked')
  t.same(await draftAsides(desk, id), [aside], 'and is not put aside once more, nor tidied away')
  t.same(await titlesOut(desk), [])

  const { version, title, subtitle, markdown } = await client.getDraft({ params })
  await client.saveDraft({ params, body: { baseVersion: version, title, subtitle, markdown: markdown.replace('oo', 'no') } })
  t.match(await client.getDraft({ params }), { problem: { code: 'DAMAGED' } }, 'who only writes on has not said so')
  await client.saveDraft({ params, body: { baseVersion: version + 1, title, subtitle, markdown: markdown.replace('oo', 'no'), isRight: true } })
  t.match(await client.getDraft({ params }), { version: version + 1, problem: null, publication: { state: 'failed' } })
  t.same(await problemsOf(desk), [])
  t.match(await client.getDraftVersion({ params: { draft: id, version } }), { markdown: 'There will be oo war.' })
  await client.publishDraft({ params, body: {} })
  await untilOut(desk, ['Peace'])
})

t.test('a text that was changed counts as right when its author says so, or publishes it', async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { client } = desk
  const [saved, published] = [await desk.write('Saved', 'As it stands.'), await desk.write('Published', 'As it stands.')]
  await desk.close()
  for (const { id } of [saved, published]) await writeFile(draftFile(desk, id), (await readFile(draftFile(desk, id), 'utf8')).replace(/"check": "./, '"check": "x'))
  await desk.open()
  t.equal((await problemsOf(desk)).length, 2)
  const { version, title, subtitle, markdown } = saved
  const body = { baseVersion: version, title, subtitle, markdown }
  t.match(await client.saveDraft({ params: { draft: saved.id }, body }), { problem: { code: 'DAMAGED' } })
  t.match(await client.saveDraft({ params: { draft: saved.id }, body: { ...body, isRight: true } }), { version, problem: null })
  t.match(await client.publishDraft({ params: { draft: published.id }, body: {} }), { problem: null, publication: { state: 'held' } })
  t.same(await problemsOf(desk), [])
})

t.test('in the place of a draft that can not be read its newest version from before is there, and its files stay', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('First', 'First words.')
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Second', subtitle: '', markdown: 'Second words.' } })
  await t.rejects(client.saveDraft({ params, body: { baseVersion: 1, title: 'Other', subtitle: '', markdown: 'Of another window.' } }), { code: 'CONFLICT' })
  await client.saveDraft({ params, body: { baseVersion: 2, title: 'Third', subtitle: '', markdown: 'Third words.' } })
  await client.putDraftFile({ params: { draft: id, name: 'notes.txt' }, body: Buffer.from('Notes.') })
  await desk.close()
  await turnBitIn(draftFile(desk, id), '"title"')
  await turnBitIn(join(draftFolder(desk, id), 'versions', '1.json'), 'First words')
  await desk.open()
  t.match(await client.getDraft({ params }), { title: 'Second', version: 2, publication: null, problem: { code: 'DAMAGED', reason: /can not be read.*newest version from before: it may have been changed, scheduled/, isOlder: true } })
  t.match((await client.listDraftVersions({ params })).versions.map(({ version, kept }) => [version, kept]), [[3, 'conflict'], [2, 'saved'], [1, 'saved']])
  t.match(await client.getDraftVersion({ params: { draft: id, version: 3 } }), { markdown: 'Of another window.' })
  t.match(await client.getDraftVersion({ params: { draft: id, version: 1 } }), { markdown: 'Girst words.', problem: { code: 'DAMAGED', reason: /versions.1\.json/ } }, 'a version that was damaged, too, says so')
  t.match(await client.getDraftVersion({ params: { draft: id, version: 3 } }), { problem: null })
  const [aside] = await draftAsides(desk, id)
  t.match(await readFile(join(draftFolder(desk, id), aside!), 'utf8'), /Third words/)
  t.equal((await readdir(join(draftFolder(desk, id), 'files'))).length, 1, 'what this version does not know is not tidied away')
  t.equal((await client.saveDraft({ params, body: { baseVersion: 2, title: 'Fourth', subtitle: '', markdown: 'Fourth words.' } })).version, 4)
})

t.test('a draft of which nothing can be read is named, and stays where it is', async t => {
  const desk = await openDesk(t)
  const { id } = await desk.write('Only', 'Only words.')
  await desk.close()
  await turnBitIn(draftFile(desk, id), '{')
  const damaged = await readFile(draftFile(desk, id), 'utf8')
  await desk.open()
  t.same((await desk.client.listDrafts()).drafts, [])
  t.match(await problemsOf(desk), [{ code: 'BAD_CONFIG', reason: new RegExp(`can not be opened: .*${id}.draft\\.json is damaged`) }])
  t.equal(await readFile(draftFile(desk, id), 'utf8'), damaged)
})

t.test('a draft that is damaged while the node is on is noticed when it is asked for, and no other one is written over it', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Peace', 'There will be no war.')
  const params = { draft: id }
  await client.publishDraft({ params, body: { at: new Date(Date.now() + HOUR_MS).toISOString() } })
  await turnBitIn(draftFile(desk, id), 'no war.')
  const found = await Promise.all([client.getDraft({ params }), client.getDraft({ params })])
  for (const draft of found) t.match(draft, { markdown: 'There will be oo war.', problem: { code: 'DAMAGED' }, publication: { state: 'failed' } })
  t.equal((await draftAsides(desk, id)).length, 1)
  t.match((await client.listDrafts()).drafts, [{ problem: { code: 'DAMAGED' } }])
})

t.test('a file of a draft in which a bit has turned over is neither shown, nor published, nor put into a backup, and is named', async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { client } = desk
  const { id } = await desk.write('Files', 'See [the notes](files/notes.txt).')
  const params = { draft: id }
  const file = { params: { draft: id, name: 'notes.txt' } }
  const notes = Buffer.from('The notes of the meeting.')
  await client.putDraftFile({ ...file, body: notes })
  const { path } = await client.openDraft({ params })
  const page = path.replace(`/preview/${id}`, `/preview/${id}/files/notes.txt`)
  t.same((await desk.look(page)).rawPayload, notes)
  const [name] = await readdir(join(draftFolder(desk, id), 'files'))
  await turnBitIn(join(draftFolder(desk, id), 'files', name!), 'meeting')

  const shown = await desk.look(page)
  t.equal(shown.statusCode, 422)
  t.match(shown.body, /notes\.txt.*damaged/s)
  t.notMatch(shown.body, /The notes/)
  await client.publishDraft({ params, body: {} })
  await until('it has failed', async () => (await client.getDraft({ params })).publication?.state === 'failed', () => client.getDraft({ params }))
  t.match((await client.getDraft({ params })).publication, { problem: { code: 'DAMAGED', reason: /notes\.txt/ } })
  t.same(await titlesOut(desk), [])
  const backup = join(desk.home, '..', 'drafts.backup')
  await t.rejects(client.makeBackup({ body: { path: backup, passphrase: PASSPHRASE } }), { code: 'DAMAGED', message: /notes\.txt of the draft "Files"/ })

  await client.putDraftFile({ ...file, body: notes })
  t.same((await desk.look(page)).rawPayload, notes, 'added again, it is there again')
  await client.makeBackup({ body: { path: backup, passphrase: PASSPHRASE } })
  await client.publishDraft({ params, body: {} })
  await untilOut(desk, ['Files'])
})

t.test('a backup takes a draft that was changed along, and whoever opens it is told as well', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Peace', 'There will be no war.')
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Peace', subtitle: '', markdown: 'There will be no war at all.' } })
  await turnBitIn(join(draftFolder(desk, id), 'versions', '1.json'), 'no war')
  await turnBitIn(draftFile(desk, id), 'no war')
  const path = join(desk.home, '..', 'drafts.backup')
  await client.makeBackup({ body: { path, passphrase: PASSPHRASE } })
  t.match(await client.getDraft({ params }), { problem: { code: 'DAMAGED' } })
  await desk.close()
  await desk.open({}, join(desk.home, '..', 'anew'))
  t.match(await client.openBackup({ body: { path, passphrase: PASSPHRASE } }), { taken: { drafts: 1 } })
  t.match(await client.getDraft({ params }), { markdown: 'There will be oo war at all.', problem: { code: 'DAMAGED' }, publication: null })
  t.match(await client.getDraftVersion({ params: { draft: id, version: 1 } }), { markdown: 'There will be oo war.', problem: { code: 'DAMAGED' } })
})

t.test('drafts of an earlier version, and what a hand has changed that took the check out, are as any other', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Ours', 'Written.')
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Ours', subtitle: '', markdown: 'Written on.' } })
  await desk.close()
  await changeByHand<StoredDraft>(draftFile(desk, id), draft => { draft.markdown = 'Written by hand.' })
  await changeByHand(join(draftFolder(desk, id), 'versions', '1.json'))
  await desk.open()
  t.match(await client.getDraft({ params }), { markdown: 'Written by hand.', problem: null })
  t.match(await client.getDraftVersion({ params: { draft: id, version: 1 } }), { markdown: 'Written.' })
  t.same(await draftAsides(desk, id), [])
  await client.saveDraft({ params, body: { baseVersion: 2, title: 'Ours', subtitle: '', markdown: 'Written on and on.' } })
  t.match(JSON.parse(await readFile(draftFile(desk, id), 'utf8')), { check: /^[0-9a-f]{64}$/ }, 'it has one from now on')

  await desk.close()
  const stored = JSON.parse(await readFile(draftFile(desk, id), 'utf8')) as StoredDraft
  await writeFile(draftFile(desk, id), JSON.stringify({ ...stored, markdown: 'By hand, and the check stays.' }))
  await desk.open()
  t.match(await client.getDraft({ params }), { markdown: 'By hand, and the check stays.', problem: { reason: /damage, a hand/ } })
})
