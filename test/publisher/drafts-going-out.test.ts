import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { TextThread } from '../../publisher/texts/text-thread.ts'
import { AppError } from '../../shared/errors.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import { Library } from '../../subscriber/library/library.ts'
import { correctedIssue, killedAfterPublishing, openDesk, untilNoDraft, untilOut } from '../support/desk.ts'
import { fullDisk } from '../support/full-disk.ts'
import { until } from '../support/until.ts'

const HOUR_MS = 60 * 60_000

t.test('a node that dies after it has published, and before it has noted that, publishes once', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { id } = await desk.write('Once', 'Only once.')
  await client.publishDraft({ params: { draft: id }, body: { at: new Date(Date.now() + 3_000).toISOString() } })
  // The drafts as they were at that moment.
  const [drafts, before] = [join(desk.home, 'drafts'), join(desk.home, '..', 'drafts-before')]
  await cp(drafts, before, { recursive: true })
  await untilOut(desk, ['Once'])
  for (const lateMs of [HOUR_MS, 0]) {
    await desk.close()
    await rm(drafts, { recursive: true })
    await cp(before, drafts, { recursive: true })
    await desk.open({ lateMs })
    await untilOut(desk, ['Once'])
  }

  await desk.close()
  await cp(before, drafts, { recursive: true })
  await desk.open()
  await t.rejects(client.unpublishDraft({ params: { draft: id } }), { code: 'CONFLICT' })
  await untilOut(desk, ['Once'])
})

t.test('a correction that went out before the node died is neither missed nor taken back afterwards', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { issue, draft } = await correctedIssue(desk)
  await client.publishDraft({ params: { draft }, body: { at: new Date(Date.now() + 3_000).toISOString(), change: 'correction' } })
  const start = await killedAfterPublishing(desk)
  await start({ lateMs: 0 })
  await untilNoDraft(desk)
  await start()
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.equal((await client.getIssue({ params: { issue } })).issue.revision, 2)
})

t.test('a correction that went out is not taken back while its text can not be read in time', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { issue, draft } = await correctedIssue(desk)
  await client.publishDraft({ params: { draft }, body: { at: new Date(Date.now() + 3_000).toISOString(), change: 'correction' } })
  const start = await killedAfterPublishing(desk)
  const { run } = TextThread.prototype
  t.teardown(() => { TextThread.prototype.run = run })
  for (const code of ['TOO_LARGE', 'INTERNAL'] as const) {
    TextThread.prototype.run = async () => { throw new AppError(code, 'The text takes longer than 30 s to be read.') }
    await start()
    await until('it was tried', async () => (await client.listDrafts()).drafts[0]?.publication?.state === 'failed', () => client.listDrafts())
    await t.rejects(client.unpublishDraft({ params: { draft } }), { code })
  }
  TextThread.prototype.run = run
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.equal((await client.getIssue({ params: { issue } })).issue.revision, 2)
})

t.test('what went out is not taken back after the clock was set back', async t => {
  const desk = await openDesk(t)
  const { id: draft } = await desk.write('Once', 'Only once.')
  await desk.client.publishDraft({ params: { draft }, body: { at: new Date(Date.now() + 3_000).toISOString() } })
  const start = await killedAfterPublishing(desk, ({ publication }) => { publication.goesOutAt = new Date(Date.now() + HOUR_MS).toISOString() })
  await start()
  await t.rejects(desk.client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.same((await desk.client.listDrafts()).drafts, [])
})

t.test('what went out and could not be made safe is tried again before its draft is put away', async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { client } = desk
  const { id: draft } = await desk.write('Once', 'Only once.')
  const asked = fullDisk(t, 1)
  await client.publishDraft({ params: { draft }, body: {} })
  await until('the disk was full', () => asked() === 1)
  await desk.close()
  t.same((await readdir(join(desk.home, 'drafts'))).sort(), [draft, 'published'])
  await desk.open()
  await untilOut(desk, ['Once'])
  t.equal(asked(), 2)
})

t.test('what went out and could not be made safe is so before somebody who takes it back hears that it is out', async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { client } = desk
  const { id: draft } = await desk.write('Once', 'Only once.')
  const asked = fullDisk(t, 2)
  await client.publishDraft({ params: { draft }, body: {} })
  await until('the disk was full', () => asked() === 1)
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'DISK_FULL', message: /not safe yet/ })
  t.same((await readdir(join(desk.home, 'drafts'))).sort(), [draft, 'published'])
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.equal(asked(), 3)
  await untilOut(desk, ['Once'])
})

t.test('a correction that is out is not taken back, though the library could not take it in', async t => {
  const desk = await openDesk(t, { holdMs: 0 })
  const { client } = desk
  const { draft } = await correctedIssue(desk)
  const { offerIssues } = Library.prototype
  t.teardown(() => { Library.prototype.offerIssues = offerIssues })
  Library.prototype.offerIssues = async () => { throw new Error('ENOSPC: no space left on device') }
  const asked = fullDisk(t, 1)
  await client.publishDraft({ params: { draft }, body: { change: 'correction' } })
  await until('the disk was full', () => asked() === 1)
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.equal(asked(), 2, 'and it is safe')
  t.same((await client.listDrafts()).drafts, [])
})

t.test('a correction that is out is neither missed nor taken back because of another one that came after it', async t => {
  const desk = await openDesk(t)
  const { client } = desk
  const { issue, draft } = await correctedIssue(desk)
  await client.publishDraft({ params: { draft }, body: { at: new Date(Date.now() + 3_000).toISOString(), change: 'correction' } })
  const start = await killedAfterPublishing(desk)
  await client.correctIssue({ params: { issue }, body: { source: { markdown: '# The meeting\n\nIt is on Wednesday.\n' }, change: 'update' } })
  await start({ lateMs: 0 })
  await untilNoDraft(desk)
  await start()
  await untilNoDraft(desk)
  await start({ lateMs: 0 })
  await t.rejects(client.unpublishDraft({ params: { draft } }), { code: 'CONFLICT' })
  t.equal((await client.getIssue({ params: { issue } })).issue.revision, 3)
})

t.test('a draft is taken back while something else is being published', async t => {
  const desk = await openDesk(t, { holdMs: HOUR_MS })
  const { client, newsletter } = desk
  const { id: draft } = await desk.write('Held', 'A text.')
  await client.publishDraft({ params: { draft }, body: {} })
  const { append } = DriveWriter.prototype
  t.teardown(() => { DriveWriter.prototype.append = append })
  let goOn = (): void => {}
  let isHeld = false
  DriveWriter.prototype.append = async function (files) {
    isHeld = true
    await new Promise<void>(resolve => { goOn = resolve })
    await append.call(this, files)
  }
  const published = client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Long\n\nText.\n' } } })
  await until('it is being published', () => isHeld)
  let isBack = false
  const taken = client.unpublishDraft({ params: { draft } }).then(({ publication }) => { isBack = publication === null })
  await until('it was taken back', () => isBack).finally(goOn)
  await Promise.all([taken, published])
})
