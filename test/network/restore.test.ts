import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { ColporteurProcess, type Finished, type NodeProcess, run, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

interface Loss {
  network: TestNetwork
  newsletter: string
  words: string
  author: NodeProcess
  /** Home of the author. */
  old: string
  reader: TestNode
  /** Gives `colporteur restore` on a home, with the words on stdin. */
  restore (home: string, args?: string[], input?: string): Promise<Finished>
}

/** A newsletter with two issues, whose words are on paper alone, and a reader who has everything. */
async function laptop (t: Test): Promise<Loss> {
  const network = await testNetwork(t)
  const old = join(network.folder, 'old')
  const author = await startNode(old, network.addresses)
  t.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'The Long Road', authors: ['Ines'] } })
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  await publishIssues(author, newsletter, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  const restore = (home: string, args: string[] = [], input = words): Promise<Finished> => run(restoreArgs(network, home, args), { input })
  return { network, newsletter, words, author, old, reader, restore }
}

function restoreArgs ({ addresses }: TestNetwork, home: string, args: string[] = []): string[] {
  return ['restore', ...args, '--home', home, '--yes', '--bootstrap', addresses, '--bind', '127.0.0.1']
}

/** The laptop dies, and nothing is left of it. */
async function lose ({ author, old }: Loss): Promise<void> {
  await author.process.kill()
  await rm(old, { recursive: true })
}

async function numbersOf ({ client }: TestNode, newsletter: string): Promise<[number, string][]> {
  return (await client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ number, title }) => [number, title])
}

t.test('a laptop dies: the words bring the newsletter back on an empty machine, and readers see one numbering without a gap', async t => {
  const loss = await laptop(t)
  const { network, newsletter, author, reader } = loss
  const [second, sleeper] = [await network.open('second'), await network.open('sleeper')]
  for (const { client } of [second, sleeper]) await client.subscribe({ body: { address: newsletter } })
  for (const node of [second, sleeper]) await untilComplete(node, newsletter, 2)
  await sleeper.stop()
  await publishIssues(author, newsletter, 1, 3)
  for (const node of [reader, second]) await untilComplete(node, newsletter, 3)
  await lose(loss)

  const home = join(network.folder, 'new')
  const restored = await loss.restore(home, ['--name', 'Ines\'s new laptop'])
  t.match(restored, { code: 0, stdout: `colporteur://${newsletter}\n` })
  t.match(restored.stderr, /Retires the writer w1 .*\(lost\)/)
  t.match(restored.stderr, /The seal of w1 at block \d+, behind 3 issues, rests on this node's copy and what 2 connected peers tell \([0-9a-f]{8}, [0-9a-f]{8}\), at 20/)
  t.match(restored.stderr, /w1 itself said, signed, at 20.* that it had published \d+ blocks/)
  t.match(restored.stderr, /Lets a new writer publish: w2 "Ines's new laptop"/)
  t.match(restored.stderr, /nodes? of 2 ha(s|ve) the new root/)

  const anew = await network.open('new')
  t.match(await anew.client.getNewsletter({ params: { newsletter } }), { role: 'own', subscribed: false, wordsUnconfirmed: false, issues: { ready: 3 }, title: 'The Long Road' })
  await publishIssues(anew, newsletter, 1, 4)
  const all = [[4, 'Issue 4'], [3, 'Issue 3'], [2, 'Issue 2'], [1, 'Issue 1']]
  for (const node of [reader, second]) {
    await untilComplete(node, newsletter, 4)
    t.same(await numbersOf(node, newsletter), all)
    t.equal((await node.client.getNewsletter({ params: { newsletter } })).problem, null)
  }
  await sleeper.restart()
  await untilComplete(sleeper, newsletter, 4)
  t.same(await numbersOf(sleeper, newsletter), all, 'who slept the whole time sees the same')

  await anew.stop()
  t.match(await loss.restore(home), { code: 4, stderr: /writes in the newsletter already, as w2/ }, 'a home that writes has nothing to restore')
})

t.test('nobody there who holds it: the command says so, and waits when it is told to', async t => {
  const loss = await laptop(t)
  const { network, newsletter, reader } = loss
  await reader.stop()
  await lose(loss)
  const home = join(network.folder, 'new')
  t.match(await loss.restore(home, ['--timeout', '1']), { code: 75, stderr: /Nobody who holds a newsletter of these words was found[^]*backup/ })

  const waiting = new ColporteurProcess(restoreArgs(network, home, ['--wait']), { input: loss.words })
  await until('it waits', () => waiting.stderr.includes('looking for somebody'))
  await reader.restart()
  t.match(await waiting.finished, { code: 0, stdout: `colporteur://${newsletter}\n` })
})

t.test('a restoring whose place another one takes ends with that, and does not end the other', async t => {
  const loss = await laptop(t)
  const { network, newsletter, words, reader, author } = loss
  await reader.stop()
  await author.process.kill()
  const anew = await startNode(join(network.folder, 'new'), network.addresses)
  t.teardown(() => anew.process.kill())
  const waiting = new ColporteurProcess(restoreArgs(network, join(network.folder, 'new'), ['--wait']), { input: words })
  await until('it waits', () => waiting.stderr.includes('looking for somebody'))
  const other = await anew.client.startRestoration({ body: { words, address: newsletter } })
  t.match(await waiting.finished, { code: 4, stdout: '', stderr: /Another restoring was begun on this node meanwhile[^]*Nothing was changed/ })
  t.match(await anew.client.getRestoration(), { restoration: { since: other.since, looking: 1 } })
})

t.test('killed at any moment and run again, restoring ends with one new writer and one history', async t => {
  const loss = await laptop(t)
  const { network, newsletter, words, reader } = loss
  await lose(loss)
  const home = join(network.folder, 'new')
  for (const said of [/found 1 peer/, /Lets a new writer/]) {
    const restoring = new ColporteurProcess(restoreArgs(network, home), { input: words })
    await until(`it says ${said}`, () => said.test(restoring.stderr), undefined, 0)
    await restoring.kill()
  }
  const last = await loss.restore(home)
  // Killed after it had signed, it was done.
  if (last.code !== 0) t.match(last, { code: 4, stderr: /already, as w2/ })
  const anew = await network.open('new')
  await untilHere(anew, newsletter, 2)
  await publishIssues(anew, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  t.same(await numbersOf(reader, newsletter), [[3, 'Issue 3'], [2, 'Issue 2'], [1, 'Issue 1']])
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { rootNumber: 1, problem: null, writers: { length: 2 } })
})

t.test('of three sets of words, two restore a newsletter together, at once or with a file passed around', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Ours', quorum: { threshold: 2, sets: 3 } } })
  const { sets } = await author.client.showWords({ params: { newsletter }, body: {} })
  await publishIssues(author, newsletter, 1)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await author.stop()

  const [first, , third] = sets.map(({ words }) => words) as [string, string, string]
  const file = join(network.folder, 'restore.json')
  const alone = await run(restoreArgs(network, join(network.folder, 'one'), [newsletter, '--out', file]), { input: first })
  t.match(alone, { code: 0, stdout: new RegExp(file), stderr: /Signed by 1 of the 2/ })
  t.equal((await reader.client.getNewsletter({ params: { newsletter } })).rootNumber, 0)
  t.match(await run(['root', 'sign', file, '--home', join(network.folder, 'one'), '--yes'], { input: third }), { code: 0, stdout: /document 1 of the root/ })
  const one = await network.open('one')
  await publishIssues(one, newsletter, 1, 2)
  await untilComplete(reader, newsletter, 2)
  await one.stop()

  const together = await run(restoreArgs(network, join(network.folder, 'two'), [newsletter]), { input: `${first}\n${third}` })
  t.match(together, { code: 0, stderr: /Retires the writer w2/ })
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { rootNumber: 2, issues: { ready: 2 } })
})

async function untilHere ({ client }: TestNode, newsletter: string, issues: number): Promise<void> {
  await until('the catalogue is here', async () => (await client.getNewsletter({ params: { newsletter } })).issues.ready === issues)
}
