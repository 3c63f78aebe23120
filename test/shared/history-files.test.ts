import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { HistoryFiles } from '../../shared/network/histories/history-files.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import { turnBitIn } from '../support/by-hand.ts'
import { folderSyncs } from '../support/folder-syncs.ts'
import { log } from '../support/network.ts'

const core = (treeHash: string): DriveHistory['seen']['index'] => ({ length: 3, fork: 0, treeHash })
const seen = { index: core('a0'.repeat(32)), blobs: core('b0'.repeat(32)) }
const other: DriveHistory['others'][number] = { foundAt: '2026-01-05T00:00:00.000Z', core: 'index', here: core('a0'.repeat(32)), other: core('c0'.repeat(32)), signed: null, peer: '' }

t.test('in what is remembered of histories a bit that has turned over is noticed: what was seen is forgotten, what was decided is not', async t => {
  const folder = t.testdir({})
  const written = new HistoryFiles(folder, log)
  const drives = await written.of('newsletter')
  drives.set('drive', { seen, others: [], heldAt: null, choice: null })
  drives.set('refused', { seen, others: [other], heldAt: 3, choice: 'refuse' })
  await written.save('newsletter', drives)
  t.same([...await new HistoryFiles(folder, log).of('newsletter')], [...drives])

  const file = join(folder, 'newsletter.json')
  await turnBitIn(file, 'b0b0')
  const damaged = await readFile(file, 'utf8')
  const files = new HistoryFiles(folder, log)
  t.match([...await files.of('newsletter')], [['refused', { choice: 'refuse', others: [{ core: 'index' }] }]])
  const [aside, ...more] = (await readdir(folder)).filter(name => name.includes('.damaged-'))
  t.same(more, [])
  t.equal(await readFile(join(folder, aside!), 'utf8'), damaged)
  t.same([...await new HistoryFiles(folder, log).of('newsletter')], [...await files.of('newsletter')], 'what was written instead is fine')
  t.same(await files.asides(), [join(folder, aside!)], 'and where the other lies is known until somebody has removed it')
  await rm(join(folder, aside!))
  t.same(await files.asides(), [])
})

t.test('what is remembered of histories can be read though it can not be mended on a full disk, and leaves no copies behind', async t => {
  const folder = t.testdir({})
  const drives = new Map([['refused', { seen, others: [other], heldAt: 3, choice: 'refuse' as const }]])
  await new HistoryFiles(folder, log).save('newsletter', drives)
  const file = join(folder, 'newsletter.json')
  await turnBitIn(file, 'b0b0')
  const damaged = await readFile(file, 'utf8')
  const { end } = await folderSyncs(t, { fails: true })
  const files = new HistoryFiles(folder, log)
  const known = await files.of('newsletter')
  t.match([...known], [['refused', { choice: 'refuse' }]])
  t.same(await readdir(folder), ['newsletter.json'])
  t.equal(await readFile(file, 'utf8'), damaged)
  end()
  await files.save('newsletter', known)
  const [aside, ...more] = await files.asides()
  t.same(more, [])
  t.equal(await readFile(aside!, 'utf8'), damaged)
})

t.test('what could not be read of histories is read when it is asked for again', async t => {
  const folder = t.testdir({})
  const [files, inTheWay] = [new HistoryFiles(folder, log), join(folder, 'newsletter.json')]
  await mkdir(inTheWay)
  await t.rejects(files.of('newsletter'), { code: 'EISDIR' })
  await rm(inTheWay, { recursive: true })
  t.equal((await files.of('newsletter')).size, 0)
})
