import { access, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { RestoredNewsletter } from '../../shared/api/restoring.ts'
import { publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

const OTHER_WORDS = `${'abandon '.repeat(23)}art`

interface Stage { network: TestNetwork, newsletter: string, words: string, author: TestNode, reader: TestNode }

/** A newsletter with two issues, whose words are on paper alone, and a reader who has everything. */
async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'The Long Road', authors: ['Ines'] } })
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  return { network, newsletter, words, author, reader }
}

/** Waits until the newsletter that is being restored has come so far. */
async function untilFound ({ client }: TestNode, fact: string, reached: (found: RestoredNewsletter) => boolean): Promise<RestoredNewsletter> {
  return await until(fact, async () => {
    const { restoration } = await client.getRestoration()
    return restoration?.newsletters.find(reached)
  }, () => client.getRestoration())
}

interface Wish { anyway?: boolean, reason?: string, inPlaceOf?: string[] }

/** Signs and publishes what restoring proposes. */
async function restore ({ client }: TestNode, newsletter: string, words: string, wish: Wish = {}): Promise<void> {
  const proposal = await client.proposeRestoration({ params: { newsletter }, body: wish })
  const { text } = await client.signProposal({ body: { text: proposal.text, words } })
  await client.publishRoot({ body: { text } })
}

t.test('words that do not fit restore nothing, and say why', async t => {
  const { network, newsletter, words, author, reader } = await stage(t)
  const anew = await network.open('new')
  const { client } = anew
  await t.rejects(client.startRestoration({ body: { words: 'abandon '.repeat(24) } }), { code: 'BAD_WORDS', message: /do not fit/ })
  await t.rejects(client.startRestoration({ body: { words, address: 'nonsense' } }), { code: 'BAD_ADDRESS' })
  t.match(await run(['restore', '--home', join(network.folder, 'none')]), { code: 2, stderr: /No words came/ })
  t.match(await client.getRestoration(), { restoration: null })

  await client.startRestoration({ body: { words: OTHER_WORDS, address: newsletter } })
  t.match(await untilFound(anew, 'other words are refused', ({ state }) => state === 'refused'), { problem: { code: 'BAD_WORDS', reason: /not those of this newsletter/ } })
  await t.rejects(client.proposeRestoration({ params: { newsletter }, body: {} }), { code: 'NEWSLETTER_NOT_FOUND' }, 'what is not to be restored is not even followed')
  t.match(await client.startRestoration({ body: { words: OTHER_WORDS } }), { looking: 64, newsletters: [] }, 'words of which nobody knows find nothing')

  const params = { newsletter }
  const proposal = await author.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1 } } })
  const { sets: [replacing] } = await author.client.showWords({ params, body: {} })
  const { text } = await author.client.signProposal({ body: { text: proposal.text, words } })
  await author.client.publishRoot({ body: { text } })
  await until('the reader knows', async () => (await reader.client.getNewsletter({ params })).rootNumber === 1)
  await client.startRestoration({ body: { words } })
  t.match(await untilFound(anew, 'the old words are refused', ({ state }) => state === 'refused'), { problem: { code: 'BAD_WORDS', reason: /were replaced on 20/ } })
  t.match(await client.startRestoration({ body: { words: replacing!.words } }), { newsletters: [] }, 'the new words alone do not tell the address')
  await author.stop()
  await client.startRestoration({ body: { words: replacing!.words, address: newsletter } })
  await untilFound(anew, 'with the address they are those of the newsletter', ({ state }) => state === 'ready')
  await restore(anew, newsletter, replacing!.words)
  await untilFound(anew, 'it is restored', ({ state, informed }) => state === 'restored' && informed === 1)
})

t.test('while the old machine is on, it is not taken for lost, unless it was stolen', async t => {
  const { network, newsletter, words, author, reader } = await stage(t)
  const anew = await network.open('new')
  await anew.client.startRestoration({ body: { words } })
  await untilFound(anew, 'the old machine has spoken', ({ state, writers: [writer] }) => state === 'ready' && writer!.isOn)
  await t.rejects(anew.client.proposeRestoration({ params: { newsletter }, body: {} }), { code: 'CONFLICT', message: /The machine of the writer w1 .* is on: it said so, signed/ })
  t.equal((await reader.client.getNewsletter({ params: { newsletter } })).rootNumber, 0, 'nothing was changed')

  await restore(anew, newsletter, words, { anyway: true, reason: 'stolen' })
  await until('the old machine knows', async () => (await author.client.getNewsletter({ params: { newsletter } })).rootNumber === 1)
  await t.rejects(publishIssues(author, newsletter, 1, 666), { code: 'NOT_WRITER' })
})

t.test('what the lost writer had published by its own word is not given up because nobody who has it is online', async t => {
  const { network, newsletter, words, author, reader } = await stage(t)
  const second = await network.open('second')
  await second.client.subscribe({ body: { address: newsletter } })
  await untilComplete(second, newsletter, 2)
  await reader.stop()
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(second, newsletter, 3)
  const confirmedAt = async (): Promise<string | null> => (await second.client.getSubscription({ params: { newsletter } })).confirmedAt
  const before = await confirmedAt()
  await until('the author has said that there are three', async () => await confirmedAt() !== before)
  const beacons = join('receipts', `${newsletter}.beacons`)
  await until('what the author said is on the disk', () => access(join(second.home, beacons)).then(() => true, () => false))
  await author.stop()
  await second.stop()
  await mkdir(join(reader.home, 'receipts'), { recursive: true })
  await copyFile(join(second.home, beacons), join(reader.home, beacons))
  await reader.restart()

  const anew = await network.open('new')
  await anew.client.startRestoration({ body: { words } })
  await untilFound(anew, 'what the reader has is known', ({ state }) => state === 'ready')
  const params = { newsletter }
  await t.rejects(anew.client.proposeRestoration({ params, body: {} }), { code: 'NOT_COMPLETE', message: /had published \d+ blocks, and \d+ of them are known[^]*the rest would be lost/ })
  await second.restart()
  await untilFound(anew, 'the third issue is known', ({ state, writers: [writer] }) => state === 'ready' && writer!.issues === 3)
  t.match(await anew.client.proposeRestoration({ params, body: {} }), { notes: [{ text: /behind 3 issues/ }, { text: /itself said, signed/ }] })
})

t.test('where others write as well, who is lost has to be said, and the others write on', async t => {
  const { network, newsletter, words, author, reader } = await stage(t)
  const tomas = await network.open('tomas')
  const params = { newsletter }
  const { invitation } = await author.client.inviteWriter({ params, body: { name: 'Tomas' } })
  const { acceptance } = await tomas.client.acceptInvitation({ body: { invitation } })
  const proposal = await author.client.proposeRoot({ params, body: { change: { kind: 'admit', acceptance } } })
  const { text } = await author.client.signProposal({ body: { text: proposal.text, words } })
  await author.client.publishRoot({ body: { text } })
  await until('Tomas may write', async () => (await tomas.client.getNewsletter({ params })).role === 'own')
  await publishIssues(tomas, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  await author.stop()

  const anew = await network.open('new')
  await anew.client.startRestoration({ body: { words } })
  await untilFound(anew, 'it is known how far both have come', ({ state, writers }) => state === 'ready' && writers.length === 2)
  await t.rejects(anew.client.proposeRestoration({ params, body: {} }), { code: 'AMBIGUOUS', message: /w1 ".*" \(2 issues\), w2 "Tomas" \(1 issue\)/ })
  await t.rejects(anew.client.proposeRestoration({ params, body: { inPlaceOf: ['w9'] } }), { code: 'NOT_FOUND' })
  await restore(anew, newsletter, words, { inPlaceOf: ['w1'] })
  await untilFound(anew, 'it is restored', ({ state, informed }) => state === 'restored' && informed === 2)
  await publishIssues(tomas, newsletter, 1, 4)
  await until('it is here', async () => (await anew.client.getNewsletter({ params })).issues.ready === 4)
  await publishIssues(anew, newsletter, 1, 5)
  await untilComplete(reader, newsletter, 5)
  t.same((await reader.client.listIssues({ params, query: {} })).issues.map(({ number }) => number), [5, 4, 3, 2, 1])
})

t.test('an old machine that is on is heard, though its clock goes ten minutes behind', async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'behind')
  const { stdout } = await run(['newsletter', 'create', '--title', 'Late', '--json', '--home', home])
  const { newsletter: { address: newsletter }, words } = JSON.parse(stdout) as { newsletter: { address: string }, words: string }
  const clock = 'const { now } = Date; Date.now = () => now() - 600000; globalThis.Date = class extends Date { constructor (...a) { a.length ? super(...a) : super(Date.now()) } }'
  const author = await startNode(home, network.addresses, { environment: { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(clock)}"` } })
  t.teardown(() => author.process.kill())
  await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# One\n\nText.\n' } } })
  t.ok(Date.parse((await author.client.getStatus()).startedAt) < Date.now() - 500_000)
  const anew = await network.open('anew')
  await anew.client.startRestoration({ body: { words } })
  const [found] = await until('everybody had time to say', async () => {
    const newsletters = (await anew.client.getRestoration()).restoration?.newsletters ?? []
    return newsletters[0]?.state === 'ready' ? newsletters : null
  })
  t.match(found, { writers: [{ isOn: true }] })
  await t.rejects(anew.client.proposeRestoration({ params: { newsletter }, body: {} }), { code: 'CONFLICT', message: /is on/ })
})
