import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { DraftFolder } from '../../publisher/drafts/draft-folder.ts'
import type { StoredDraft } from '../../publisher/drafts/stored-draft.ts'
import { AppError } from '../../shared/errors.ts'
import { turnBitIn } from '../support/by-hand.ts'
import { draftAsides, draftFile, draftFolder, killedAfterPublishing, openDesk, untilOut } from '../support/desk.ts'

const PASSPHRASE = 'a passphrase for backups'

/** As an earlier version of this program writes on what has a check, which it does not know, and takes along. */
async function writeWithoutNewCheck (path: string, change: (stored: Partial<StoredDraft>) => void): Promise<void> {
  const stored = JSON.parse(await readFile(path, 'utf8')) as Partial<StoredDraft>
  change(stored)
  await writeFile(path, `${JSON.stringify(stored, null, 2)}\n`)
}

t.test('a version that names what was deleted since keeps no backup from being made; a file that is gone is named', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('First', 'First words.')
  const params = { draft: id }
  const notes = { draft: id, name: 'notes.txt' }
  await client.putDraftFile({ params: notes, body: Buffer.from('Notes.') })
  for (const baseVersion of [1, 2, 3]) await client.saveDraft({ params, body: { baseVersion, title: 'Later', subtitle: '', markdown: `Words after ${baseVersion}.` } })
  await client.removeDraftFile({ params: notes })
  await desk.close()
  await rm(join(draftFolder(desk, id), 'versions', '1.json')) // as thinning does
  await turnBitIn(draftFile(desk, id), '"title"')
  await desk.open()
  t.match(await client.getDraft({ params }), { version: 3, files: [{ name: 'notes.txt' }] })
  t.same((await client.listDraftVersions({ params })).versions.map(({ version }) => version), [3, 2])
  const body = { path: join(desk.home, '..', 'drafts.backup'), passphrase: PASSPHRASE }
  await t.rejects(client.makeBackup({ body }), { code: 'DAMAGED', message: /notes\.txt of the draft "Later"/ })
  await client.removeDraftFile({ params: notes })
  t.ok(await client.makeBackup({ body }))

  await rm(join(draftFolder(desk, id), 'versions', '2.json'))
  t.ok(await client.makeBackup({ body: { ...body, path: `${body.path}-2` } }), 'an earlier version alone is left out')
})

t.test('of the numbers of versions in a file that was changed those count of which there is a text', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('First', 'First words.')
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Second', subtitle: '', markdown: 'Second words.' } })
  await writeFile(draftFile(desk, id), (await readFile(draftFile(desk, id), 'utf8')).replace('"version": 1', '"version": 9'))
  t.match(await client.getDraft({ params }), { version: 2, problem: { code: 'DAMAGED', isOlder: false } })
  t.same((await client.listDraftVersions({ params })).versions.map(({ version }) => version), [2, 1])
})

t.test('a draft that went out, and then could not be read before that was noted, goes out once', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Once', 'Only once.')
  const params = { draft: id }
  await client.publishDraft({ params, body: { at: new Date(Date.now() + 3_000).toISOString() } })
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Once', subtitle: '', markdown: 'Only once, and no more.' } })
  const start = await killedAfterPublishing(desk, draft => { delete (draft as Partial<StoredDraft>).title })
  await start()
  t.match(await client.getDraft({ params }), { version: 1, problem: { isOlder: true }, publication: { state: 'failed', problem: { code: 'DAMAGED' } } })
  await t.rejects(client.publishDraft({ params, body: {} }), { code: 'CONFLICT' })
  await untilOut(desk, ['Once'])
})

t.test('what an earlier version of this program has written counts where there is nothing else, and says so', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Ours', 'Written.')
  const params = { draft: id }
  await client.saveDraft({ params, body: { baseVersion: 1, title: 'Ours', subtitle: '', markdown: 'Written on.' } })
  await desk.close()
  await writeWithoutNewCheck(join(draftFolder(desk, id), 'versions', '1.json'), stored => { stored.markdown = 'Written there.' })
  await writeWithoutNewCheck(draftFile(desk, id), stored => { delete stored.title })
  await desk.open()
  t.match(await client.getDraft({ params }), { version: 1, markdown: 'Written there.', problem: { isOlder: true } })
})

t.test('on a full disk a draft that was changed is shown, and stays as it was found until there is room to put it aside', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Peace', 'There will be no war.')
  const params = { draft: id }
  await turnBitIn(draftFile(desk, id), 'no war.')
  const damaged = await readFile(draftFile(desk, id), 'utf8')
  const { write } = DraftFolder.prototype
  t.teardown(() => { DraftFolder.prototype.write = write })
  DraftFolder.prototype.write = async () => { throw new AppError('DISK_FULL', 'The disk is full.') }
  const shown = { markdown: 'There will be oo war.', problem: { code: 'DAMAGED', reason: /free some space/, aside: null } }
  t.match([await client.getDraft({ params }), await client.getDraft({ params })], [shown, shown])
  await t.rejects(client.saveDraft({ params, body: { baseVersion: 1, title: 'Peace', subtitle: '', markdown: 'No war.' } }), { code: 'DISK_FULL' })
  await desk.close()
  await desk.open()
  t.match((await client.listDrafts()).drafts, [{ id, problem: { code: 'DAMAGED' } }])
  t.same(await draftAsides(desk, id), [])
  t.equal(await readFile(draftFile(desk, id), 'utf8'), damaged)
  DraftFolder.prototype.write = write
  const { problem } = await client.getDraft({ params })
  t.same(await draftAsides(desk, id), [problem?.aside])
  t.match((await client.listDrafts()).drafts, [{ problem: { aside: problem?.aside } }])
})
