import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Corestore from 'corestore'
import t from 'tap'
import type { NewsletterCopies } from '../../shared/api/copies.ts'
import type { KeepBody, Kept } from '../../shared/api/keeping.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { Knocks } from '../../shared/network/knocks.ts'
import { Spreading } from '../../shared/network/spreading/spreading.ts'
import { FollowedDrive } from '../../subscriber/following/followed-drive.ts'
import { MACHINE_KEY } from '../support/machine-key.ts'
import { createNewsletter, publishIssues, type TestNetwork, testNetwork, type TestNode } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

const MAIN = fileURLToPath(new URL('../../console/cli/main.js', import.meta.url))
/** A person is asked on a terminal alone; the program `script` of Linux makes one. */
const terminalMissing = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0 ? false : 'the program "script", which makes a terminal, is not here'

async function keeper (network: TestNetwork, name: string, address: string, wish: Omit<KeepBody, 'address'> = {}): Promise<TestNode> {
  const node = await network.open(name)
  await node.client.keepNewsletter({ body: { address, ...wish } })
  return node
}

async function untilCopies (node: TestNode, newsletter: string, fact: string, reached: (copies: NewsletterCopies) => boolean): Promise<NewsletterCopies> {
  let last: NewsletterCopies | null = null
  return await until(fact, async () => {
    last = await node.client.getNewsletterCopies({ params: { newsletter } })
    return reached(last) ? last : null
  }, () => last)
}

async function untilKept (node: TestNode, fact: string, reached: (kept: Kept) => boolean): Promise<Kept> {
  let last: Kept | undefined
  return await until(fact, async () => {
    last = (await node.client.listKept()).kept[0]
    return last && reached(last) ? last : null
  }, () => last)
}

/** Issues with an attachment of that many bytes each, the oldest first. */
async function publishHeavy ({ client }: TestNode, network: TestNetwork, newsletter: string, count: number, sizeBytes: number): Promise<void> {
  const folder = join(network.folder, 'heavy')
  for (let i = 1; i <= count; i++) {
    const issue = join(folder, `2024-01-${String(i).padStart(2, '0')}-issue`)
    await mkdir(issue, { recursive: true })
    await writeFile(join(issue, 'index.md'), `# Issue ${i}\n\n[The film](film.bin)\n`)
    await writeFile(join(issue, 'film.bin'), randomBytes(sizeBytes))
  }
  await client.importIssues({ params: { newsletter }, body: { path: folder } })
}

t.test('three keepers of two owners make it safe, until one of them drops it', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const [ref] = await publishIssues(author, newsletter, 3) as [string]
  const first = await keeper(network, 'first', newsletter, { owner: 'Wei', until: '2099-12-31T23:59:59.999Z' })
  await keeper(network, 'second', newsletter, { owner: ' wei ' })
  await untilCopies(author, newsletter, 'two keepers are counted', ({ state, newest }) => newest?.keepers === 2 && state === 'copies')
  t.match(await author.client.getNewsletterCopies({ params: { newsletter } }), { state: 'copies', newest: { copies: 2, owners: 1 } }, 'one owner, however it is written')
  const third = await keeper(network, 'third', newsletter, { owner: 'Ines' })
  await third.client.changeKeeperSettings({ body: { name: 'Library of the Harbour' } })
  await untilCopies(author, newsletter, 'it is safe', ({ state }) => state === 'safe')
  const { issue, holders } = await author.client.getIssueCopies({ params: { issue: ref } })
  t.match(issue, { state: 'safe', copies: 3, keepers: 3, owners: 2 })
  t.ok(holders.some(({ until }) => until === '2099-12-31T23:59:59.999Z'))
  await until('the keeper has a name', async () => (await author.client.getIssueCopies({ params: { issue: ref } })).holders.some(({ name }) => name === 'Library of the Harbour'))

  // What keepers say of each other reaches a keeper, who counts as the author does.
  await untilCopies(first, newsletter, 'a keeper counts the others and the author', ({ newest }) => (newest?.copies ?? 0) >= 3)
  t.equal((await first.client.getInbox({})).total, 0, 'what is kept is not in the inbox')

  await third.client.dropNewsletter({ params: { newsletter } })
  await untilCopies(author, newsletter, 'a keeper that drops it says so', ({ state }) => state === 'atRisk')
  t.match((await author.client.getIssueCopies({ params: { issue: ref } })).holders, [{ state: 'counted' }, { state: 'counted' }, { state: 'withdrawn' }])
  t.same(await third.client.listNewsletters(), { newsletters: [] })

  await first.restart()
  t.match(await first.client.listKept(), { kept: [{ newsletter, owner: 'Wei', issues: { known: 3, ready: 3 } }] })
})

t.test('a keeper sees what it takes before it says yes', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishHeavy(author, network, newsletter, 3, 300_000)
  const node = await network.open('keeper')
  const offer = await until('somebody who has it is found', async () => {
    const looked = await node.client.lookAtNewsletter({ body: { address: newsletter } })
    return looked.state === 'known' ? looked : null
  })
  t.match(offer, { title: 'The Long Road', authors: ['An author'], issues: 3, bytesPerYear: 0 })
  t.ok(offer.diskBytes > 900_000 && offer.diskBytes < 920_000, `${offer.diskBytes} bytes`)
  t.same(await node.client.listNewsletters(), { newsletters: [] }, 'nothing is followed yet')
  await node.client.keepNewsletter({ body: { address: newsletter } })
  await untilKept(node, 'all issues are here', ({ issues }) => issues.ready === 3)
  await t.rejects(author.client.keepNewsletter({ body: { address: newsletter } }), { code: 'CONFLICT' })
  await t.rejects(node.client.keepNewsletter({ body: { address: newsletter, until: '2001-01-01T00:00:00.000Z' } }), { code: 'BAD_REQUEST' })

  await node.client.subscribe({ body: { address: newsletter } })
  t.equal((await node.client.getInbox({})).total, 3, 'one may read what one keeps')
  await node.client.unsubscribe({ params: { newsletter } })
  t.match(await node.client.listKept(), { kept: [{ issues: { ready: 3 } }] }, 'and keep it when one reads it no more')
})

t.test('a person who is told what it takes and says no keeps nothing', { skip: terminalMissing }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const home = join(network.folder, 'keeper')
  const command = [process.execPath, MAIN, 'keep', '--home', home, '--port', '0', '--bootstrap', network.addresses, '--bind', '127.0.0.1', newsletter].join(' ')
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', COLPORTEUR_MACHINE_KEY: MACHINE_KEY } })
  t.teardown(() => terminal.kill('SIGKILL'))
  let shown = ''
  terminal.stdout.on('data', (chunk: Buffer) => { shown += chunk.toString() })
  const ended = once(terminal, 'close')
  await until('it is asked', () => shown.includes('Keep it?'), () => shown)
  t.match(shown, /The Long Road, by An author: 2 issues, .* now\.\s+It grew by .* in the last year\. This disk has .* free\./, 'what it takes is told before')
  terminal.stdin.write('n\n')
  await ended
  t.match(shown, /Not kept\./)
  const node = await network.open('keeper')
  t.same((await node.client.listKept()).kept, [])
  t.same(await node.client.listNewsletters(), { newsletters: [] })
})

t.test('where nobody can be asked, keeping has to be meant, and so has a cap that takes issues off the disk', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  await publishHeavy(author, network, newsletter, 3, 1_000_000)
  const node = await network.open('keeper')
  await node.node.listen()
  const command = (...args: string[]): ReturnType<typeof run> => run(['keep', ...args, '--home', node.home])
  t.match(await command(newsletter), { code: 2, stderr: /Nobody is there to be asked.*--yes/ })
  t.same((await node.client.listKept()).kept, [])
  t.match(await command(newsletter, '--yes', '--quiet'), { code: 0 })
  await untilKept(node, 'all are here', ({ issues }) => issues.ready === 3)
  t.match(await command('--max-disk', '2MB'), { code: 2, stderr: /\d MB are kept in all: at least \d.* goes off the disk at once[^]*--yes/ })
  t.match(await node.client.listKept(), { settings: { maxDiskBytes: null }, kept: [{ issues: { ready: 3, removed: 0 } }] }, 'nothing has gone')
  t.match(await command('--max-disk', '50MB'), { code: 0, stderr: '' }, 'a cap above all asks nothing')
  t.match(await command(newsletter, '--max-disk', '2MB', '--yes'), { code: 0, stderr: /are kept of it: at least .* goes off the disk/ })
  await untilKept(node, 'what was too much has gone', ({ issues }) => issues.removed > 0 && issues.ready + issues.removed === 3)
})

t.test('a keeper stays within its cap, the oldest issues go first, and it says what went', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  await publishHeavy(author, network, newsletter, 6, 1_000_000)
  const node = await keeper(network, 'keeper', newsletter, { maxDiskBytes: 4_500_000 })
  const kept = await untilKept(node, 'four are here and two left out', ({ issues }) => issues.ready === 4 && issues.removed === 2)
  t.ok(kept.usedBytes <= 4_500_000, `${kept.usedBytes} bytes`)
  const listed = await node.client.listIssues({ params: { newsletter }, query: {} })
  t.same(listed.issues.map(({ state }) => state), ['ready', 'ready', 'ready', 'ready', 'removed', 'removed'], 'the newest are here')
  const copies = await until('the author counts what is there', async () => {
    const { issues } = await author.client.listIssueCopies({ params: { newsletter }, query: {} })
    return issues.filter(issue => issue.copies === 1).length === 4 ? issues : null
  })
  t.same(copies.map(issue => issue.copies), [1, 1, 1, 1, 0, 0])

  await publishIssues(author, newsletter, 1, 7)
  await publishHeavy(author, network, newsletter, 7, 1_000_000)
  await until('the older one made room', async () => (await node.client.listEvictions()).evictions.length > 0)
  const { evictions } = await node.client.listEvictions()
  t.match(evictions.at(-1), { title: 'Issue 3', reason: /^The cap is reached/ })
  await untilCopies(author, newsletter, 'the author knows', () => true)

  await node.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: null } })
  await untilKept(node, 'without a cap all are fetched', ({ issues }) => issues.removed === 0 && issues.ready === issues.known)
})

t.test('many issues that leave at once cost one reading of where all others lie, and not one for each', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  await publishHeavy(author, network, newsletter, 12, 100_000)
  const node = await keeper(network, 'keeper', newsletter)
  await untilKept(node, 'all are here', ({ issues }) => issues.ready === 12)
  const readings = t.capture(FollowedDrive.prototype, 'blocksOfOthers', FollowedDrive.prototype.blocksOfOthers)
  await node.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: 250_000 } })
  const read = readings().length
  t.match(await node.client.listKept(), { kept: [{ issues: { ready: 2, removed: 10 } }] })
  t.ok(read <= 2, 'readings', { read })
})

t.test('keepers who have lost something get it from each other, and count again', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { audits: { periodMs: 8_000 } })
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishHeavy(author, network, newsletter, 3, 300_000)
  const first = await keeper(network, 'first', newsletter, { owner: 'Wei' })
  const second = await keeper(network, 'second', newsletter, { owner: 'Ines' })
  await untilCopies(author, newsletter, 'both count', ({ newest }) => newest?.copies === 2)
  const { writers } = await author.client.getNewsletter({ params: { newsletter } })
  await author.stop()
  await first.stop()
  t.ok(await loseBlocks(join(first.home, 'store'), writers[0]!.drive) > 0, 'blocks are gone')

  await first.restart()
  await untilKept(first, 'all is here again', ({ issues }) => issues.ready === 3)
  const { issues } = await first.client.listIssues({ params: { newsletter }, query: {} })
  for (const { ref } of issues) t.match(await first.client.verifyIssue({ params: { issue: ref } }), { verified: true })
  await author.restart()
  await untilCopies(author, newsletter, 'both count again', ({ newest }) => newest?.copies === 2)
  await second.stop()
})

/** Drops every second block of a drive's blobs core from a store that no node uses. */
async function loseBlocks (folder: string, drive: string): Promise<number> {
  const store = new Corestore(folder)
  await store.ready()
  const reader = new DriveReader({ store, spreading: new Spreading(store, () => null), knocks: new Knocks(store) }, drive, { live: false })
  await reader.ready()
  let lost = 0
  for (let i = 0; i < reader.heads.blobs; i += 2, lost++) await reader.clearBlocks([[i, i + 1]])
  await reader.close()
  await store.close()
  return lost
}
