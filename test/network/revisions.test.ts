import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Revision } from '../../shared/api/revisions.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { blocksOf } from '../../shared/network/drive-writer.ts'
import type { DriveHead } from '../../shared/network/high-water.ts'
import { fullDisk } from '../support/full-disk.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { joinHostile } from '../support/join-hostile.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { admitWriter, changeRoot } from '../support/root.ts'
import { run } from '../support/processes.ts'
import { bytesOf } from '../support/store-bytes.ts'
import { until } from '../support/until.ts'
import { verifyFolder } from '../../subscriber/verification/verify-folder.ts'

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** An issue with two pictures; gives its ref. */
async function publishPictures ({ folder }: TestNetwork, { client }: TestNode, newsletter: string): Promise<string> {
  const path = join(folder, 'pictures')
  await mkdir(path)
  await writeFile(join(path, 'map.png'), Buffer.concat([PIXEL, randomBytes(200_000)]))
  await writeFile(join(path, 'face.png'), Buffer.concat([PIXEL, randomBytes(300_000)]))
  await writeFile(join(path, 'index.md'), '# The meeting\n\nIt is on Monday.\n\n![A map](map.png)\n\n![A face](face.png)\n')
  return (await client.publishIssue({ params: { newsletter }, body: { source: { path } } })).ref
}

async function untilRevision ({ client }: TestNode, issue: string, revision: number): Promise<Revision[]> {
  let seen = {}
  await until(`revision ${revision} is ready`, async () => {
    const { issue: { revision: now, state, haveParts, parts } } = await client.getIssue({ params: { issue } })
    seen = { revision: now, state, haveParts, parts }
    return now === revision && state === 'ready'
  }, () => seen)
  return (await client.listRevisions({ params: { issue } })).revisions
}

t.test('readers see what was corrected, by whom and why, and earlier revisions stay verifiable', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  await publishIssues(author, newsletter, 1, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const before = await reader.client.getIssue({ params: { issue } })

  const params = { issue }
  const { content } = await author.client.getIssueContent({ params, query: { format: 'markdown' } })
  const markdown = content.replace('Monday', 'Tuesday').replace(/\n!\[A face\].*\n/, '')
  const corrected = await author.client.correctIssue({ params, body: { source: { markdown }, change: 'correction', note: 'The day was wrong.' } })
  t.match(corrected, { outcome: 'published', revision: 2, title: 'The meeting', notes: [] })
  t.match(await author.client.correctIssue({ params, body: { source: { markdown }, change: 'correction' } }), { outcome: 'already', revision: 2 })
  const second = markdown.replace('It is', 'It is held')
  t.match(await author.client.correctIssue({ params, body: { source: { markdown: second }, change: 'typo', dryRun: true } }), { outcome: 'dryRun', revision: 3 })
  await author.client.correctIssue({ params, body: { source: { markdown: second }, change: 'typo' } })

  for (const node of [author, reader]) {
    const revisions = await untilRevision(node, issue, 3)
    t.match(revisions, [
      { revision: 3, change: 'typo', verified: true, readable: true },
      { revision: 2, change: 'correction', note: 'The day was wrong.', verified: true, readable: true },
      { revision: 1, change: 'original', verified: true, readable: true, manifestHash: before.proof!.manifestHash }
    ])
    const { lines, fields } = await node.client.compareRevisions({ params, query: { from: 1, to: 2 } })
    t.same(lines.filter(({ kind }) => kind !== 'same').slice(0, 2), [{ kind: 'removed', text: 'It is on Monday.' }, { kind: 'added', text: 'It is on Tuesday.' }])
    t.match(fields, [{ name: 'files', from: /face\.png/, to: /^(?!.*face\.png)/s }])
    t.same((await node.client.compareRevisions({ params })).from.revision, 2, 'the last two unless told')
    t.match(await node.client.getRevision({ params: { issue, revision: 1 } }), { markdown: /Monday/ })
    const shown = await node.client.getIssue({ params })
    t.match(shown, { issue: { number: 1, revision: 3, publishedAt: before.issue.publishedAt }, files: [{ path: 'files/map.png', here: true }] })
    t.match(await node.client.verifyIssue({ params }), { verified: true, revision: 3 })
  }
  const exported = join(network.folder, 'exported')
  await reader.client.exportIssue({ params, body: { path: exported } })
  t.match(await verifyFolder(exported, newsletter), { verified: true, revision: 3 })
  t.match(await readFile(join(exported, 'revisions', '1', 'body.md'), 'utf8'), /Monday/, 'the past goes with it')

  await author.stop()
  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, 2)
  t.same((await untilRevision(newcomer, issue, 3)).map(({ revision, verified, readable }) => verified && readable && revision), [3, 2, 1])
  await newcomer.client.reindex()
  t.match(await untilRevision(newcomer, issue, 3), { length: 3 })
})

t.test('a reader keeps the complete revision until the next one is complete', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const path = join(network.folder, 'heavy')
  await mkdir(path)
  await writeFile(join(path, 'index.md'), '# Heavy\n\nFirst.\n')
  const { ref: issue } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path } } })
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)

  await writeFile(join(path, 'film.bin'), randomBytes(40_000_000))
  await writeFile(join(path, 'index.md'), '# Heavy\n\nSecond, with [a film](film.bin).\n')
  await author.client.correctIssue({ params: { issue }, body: { source: { path }, change: 'update' } })
  await author.stop()
  t.match(await reader.client.getIssueContent({ params: { issue } }), { content: /First/ }, 'it stays readable while the next comes')
  await reader.restart()
  t.match(await reader.client.getIssueContent({ params: { issue } }), { content: /First/ })
  await author.restart()
  await untilRevision(reader, issue, 2)
  t.match(await reader.client.getIssueContent({ params: { issue } }), { content: /Second/ })
})

t.test('a retraction shows its reason in the place of the issue, and the text among its revisions', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await author.client.retractIssue({ params: { issue }, body: { note: 'The source has taken it back.' } })
  t.match(await untilRevision(reader, issue, 2), [
    { revision: 2, change: 'retraction', note: 'The source has taken it back.', verified: true },
    { revision: 1, change: 'original', verified: true, readable: true }
  ])
  t.match(await reader.client.getIssueContent({ params: { issue } }), { content: /^The source has taken it back\.\s*$/ })
  t.match(await reader.client.getIssue({ params: { issue } }), { issue: { title: 'The meeting', change: 'retraction' }, files: [] })
  t.match(await reader.client.getRevision({ params: { issue, revision: 1 } }), { markdown: /Monday/ })
  const markdown = '# Never mind\n'
  await t.rejects(author.client.correctIssue({ params: { issue }, body: { source: { markdown }, change: 'update' } }), { code: 'CONFLICT' })
  t.match(await author.client.retractIssue({ params: { issue }, body: { note: 'Again.' } }), { outcome: 'already', revision: 2 })
  const { path } = await reader.client.openIssue({ params: { issue } })
  t.match((await reader.node.app.inject({ url: path, headers: { host: 'localhost' } })).payload, /Retracted \(revision 2\)/)
})

t.test('an erasure frees the bytes at the author and at every reader, and leaves what was signed', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  await publishIssues(author, newsletter, 1, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const markdown = '# The meeting\n\nIt is on Tuesday, says nobody any more.\n\n![A map](files/map.png)\n'
  await author.client.correctIssue({ params: { issue }, body: { source: { markdown }, change: 'correction' } })
  await untilRevision(reader, issue, 2)

  const erased = await author.client.eraseIssue({ params: { issue }, body: { note: 'It named somebody.' } })
  t.match(erased, { outcome: 'published', revision: 3, change: 'erasure' })
  t.ok(erased.freedBytes > 400_000, `${erased.freedBytes} bytes are free again`)
  const late = await network.open('late')
  await late.client.subscribe({ body: { address: newsletter } })
  await untilComplete(late, newsletter, 2)
  for (const node of [author, reader, late]) {
    t.match(await untilRevision(node, issue, 3), [
      { revision: 3, change: 'erasure', note: 'It named somebody.', verified: true, readable: true },
      { revision: 2, verified: true, readable: false },
      { revision: 1, verified: true, readable: false, title: 'The meeting' }
    ])
    await t.rejects(node.client.getRevision({ params: { issue, revision: 1 } }), { code: 'NOT_FOUND', message: /erased/ })
    t.match(await node.client.getNewsletter({ params: { newsletter } }), { issues: { total: 2, ready: 2 }, problem: null })
  }
  for (const node of [author, reader]) {
    await node.stop()
    t.notOk((await bytesOf(node)).includes('Tuesday, says nobody'), 'nothing of the text is left on the disk')
    await node.restart()
    t.match(await untilRevision(node, issue, 3), { length: 3 })
  }
})

t.test('an erasure by another writer than the one who published frees the bytes on the drives of both, everywhere', async t => {
  const network = await testNetwork(t)
  const [author, second, reader] = [await network.open('author'), await network.open('second'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  const secret = (await readFile(join(network.folder, 'pictures', 'map.png'))).subarray(-1_000)
  await reader.client.subscribe({ body: { address: newsletter } })
  await second.client.subscribe({ body: { address: newsletter } })
  for (const node of [reader, second]) await untilComplete(node, newsletter, 1)
  await admitWriter(author, second, newsletter, 'Second')
  const markdown = '# The meeting\n\nIt is on Tuesday.\n\n![A map](files/map.png)\n'
  await second.client.correctIssue({ params: { issue }, body: { source: { markdown }, change: 'correction' } })
  for (const node of [reader, author]) await untilRevision(node, issue, 2)
  for (const node of [author, second, reader]) t.ok((await bytesOf(node)).includes(secret), 'the picture is on the disk')
  await second.client.eraseIssue({ params: { issue }, body: { note: 'It named somebody.' } })
  for (const node of [author, second, reader]) {
    await untilRevision(node, issue, 3)
    await node.restart()
    t.match(await untilRevision(node, issue, 3), [{ change: 'erasure' }, { verified: true, readable: false }, { verified: true, readable: false }])
    await node.stop()
    t.notOk((await bytesOf(node)).includes(secret), 'nothing of it is left on the disk')
  }
})

t.test('a new writer corrects what a retired one published', async t => {
  const network = await testNetwork(t)
  const [author, second, reader] = [await network.open('author'), await network.open('second'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  const { invitation } = await author.client.inviteWriter({ params: { newsletter }, body: { name: 'Second' } })
  const { acceptance } = await second.client.acceptInvitation({ body: { invitation } })
  await untilComplete(second, newsletter, 1)
  await changeRoot(author, newsletter, { kind: 'admit', acceptance })
  await changeRoot(author, newsletter, { kind: 'retire', writer: 'w1', reason: 'left' })
  await until('the second may write', async () => (await second.client.getNewsletter({ params: { newsletter } })).role === 'own')
  const { content } = await second.client.getIssueContent({ params: { issue }, query: { format: 'markdown' } })
  await second.client.correctIssue({ params: { issue }, body: { source: { markdown: content.replace('Monday', 'Friday') }, change: 'correction' } })
  await author.stop()
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  t.match(await untilRevision(reader, issue, 2), [{ revision: 2, writer: 'w2', verified: true }, { revision: 1, writer: 'w1', verified: true, readable: true }])
  t.match(await reader.client.getIssue({ params: { issue } }), { files: [{ path: 'files/map.png', here: true }, { path: 'files/face.png', here: true }] })
})

t.test('an issue is withdrawn however many revisions and earlier parts another writer has given it, and corrected no more', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const [full, heavy, last] = [1, 2, 3].map(month => createIssueId(new Date(Date.UTC(2025, month)))) as [string, string, string]
  const revised = { change: 'correction' as const, previous: blake2b256Hex(new Uint8Array(1)), revisedAt: '2026-01-02T00:00:00.000Z' }
  await author.publish(full, { manifest: { ...revised, revision: 100 } })
  const parts = Array.from({ length: 1_000 }, (_, i) => ({ path: issuePath(heavy, `revisions/1/files/${i}`), blocks: () => blocksOf(Buffer.from('x')) }))
  await author.publish(heavy, { manifest: { ...revised, revision: 2, number: 2 }, files: parts })
  await author.publish(last, { manifest: { ...revised, revision: 1_000_000, number: 3 } })
  const [second, reader] = [await network.open('second'), await network.open('reader')]
  for (const { client } of [second, reader]) await client.subscribe({ body: { address: author.address } })
  for (const node of [second, reader]) await untilComplete(node, author.address, 3)
  await joinHostile(author, second)

  const source = { markdown: '# Fine\n\nBetter.\n' }
  for (const issue of [full, heavy]) await t.rejects(second.client.correctIssue({ params: { issue }, body: { source, change: 'typo' } }), { code: 'CONFLICT' })
  t.match(await second.client.retractIssue({ params: { issue: full }, body: { note: 'It is wrong.' } }), { outcome: 'published', revision: 101 })
  t.match(await second.client.eraseIssue({ params: { issue: full }, body: { note: 'It named somebody.' } }), { outcome: 'published', revision: 102 })
  t.match(await second.client.retractIssue({ params: { issue: heavy }, body: { note: 'It is wrong.' } }), { outcome: 'published', revision: 3 })
  await t.rejects(second.client.retractIssue({ params: { issue: last }, body: { note: 'It is wrong.' } }), { code: 'CONFLICT', message: /retire/i })
  t.match((await untilRevision(reader, full, 102))[0], { change: 'erasure', verified: true })
  t.match((await untilRevision(reader, heavy, 3)).slice(0, 2), [{ change: 'retraction', verified: true }, { revision: 2, verified: true, readable: true }])
})

t.test('what was written and could not be made safe is made safe when it is tried again', async t => {
  const network = await testNetwork(t)
  const { client, home } = await network.open('author')
  const newsletter = await createNewsletter({ client }, 'News')
  const [issue] = await publishIssues({ client }, newsletter, 1) as [string]
  const params = { issue }
  const correction = { source: { markdown: '# Issue 1\n\nBetter.\n' }, change: 'correction' as const }
  const marked = async (): Promise<number> => {
    const [mark] = Object.values(JSON.parse(await readFile(join(home, 'high-water.json'), 'utf8')) as Record<string, DriveHead>)
    return mark!.index.length
  }
  const orders: Record<string, () => Promise<unknown>> = {
    publish: () => client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Issue 2\n\nText.\n' } } }),
    correct: () => client.correctIssue({ params, body: correction }),
    retract: () => client.retractIssue({ params, body: { note: 'It is wrong.' } }),
    erase: () => client.eraseIssue({ params, body: { note: 'It named somebody.' } })
  }
  for (const [name, order] of Object.entries(orders)) {
    const before = await marked()
    await t.test(name, async t => {
      const asked = fullDisk(t, 1)
      await t.rejects(order(), { code: 'DISK_FULL', message: /readers may have it/ })
      t.equal(await marked(), before)
      t.match(await order(), { outcome: 'already' })
      t.equal(asked(), 2)
    })
    t.ok(await marked() > before, `what ${name} has written is marked`)
  }
})

t.test('correcting, comparing and erasing from the command line', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'News')
  const issue = await publishPictures(network, author, newsletter)
  await author.stop()
  const command = (args: string[], input = ''): ReturnType<typeof run> => run([...args, '--home', author.home], { input })
  const text = await command(['read', issue, '--format', 'markdown'])
  t.match(await command(['correct', issue, '-', '--change', 'wrong'], text.stdout), { code: 2, stderr: /typo, correction, update/ })
  const corrected = await command(['correct', issue, '-', '--change', 'correction', '--note', 'Wrong day.'], text.stdout.replace('Monday', 'Sunday').concat('Not \u001b[31mred.\n'))
  t.match(corrected, { code: 0, stdout: `${issue}\n`, stderr: /Published revision 2 of "The meeting"/ })
  t.match(await command(['issues', 'News']), { stdout: /The meeting \[corrected\]/ })
  t.match(await command(['read', issue]), { stdout: /Sunday/, stderr: /revision 2 \(correction, .*\): Wrong day\./ })
  t.match(await command(['revisions', issue]), { stdout: /2 .* correction .* verified +Wrong day\.\n1 .* original .* verified/ })
  t.match(await command(['revisions', issue, '--compare', '1..2']), { stdout: /- It is on Monday\.\n\+ It is on Sunday\./ })
  t.match(await command(['revisions', issue, '--show', '1']), { stdout: /Monday/ })
  t.match(await command(['revisions', issue, '--show', '2']), { stdout: /Not \[31mred/ }, 'nothing in it steers the terminal')
  const refused = await command(['revisions', 'no\u001b[31m'])
  t.notOk(refused.stderr.includes('\u001b'), refused.stderr)
  t.match(await command(['retract', issue, '--note', 'No.']), { code: 2, stderr: /--yes/ })
  t.match(await command(['erase', issue, '--note', 'Private.', '--yes']), { code: 0, stderr: /kB of this disk are free again/ })
  t.match(await command(['revisions', issue, '--show', '1']), { code: 3, stderr: /erased/ })
})
