import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Writer } from '../../shared/api/newsletters.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { type HostileAuthor, openHostileAuthor } from '../support/hostile-author.ts'
import { testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

const idOf = (digit: string): string => `01ke70ehg0${digit.repeat(16)}`

async function openAuthor (t: Test, { folder, bootstrap }: TestNetwork, name: string, newsletter = newNewsletter('Two faces')): Promise<HostileAuthor> {
  const author = await openHostileAuthor(join(folder, name), bootstrap, newsletter)
  t.teardown(() => author.close())
  return author
}

async function publish (author: HostileAuthor, digit: string, number: number, title: string): Promise<void> {
  await author.publish(idOf(digit), { manifest: { title, number, publishedAt: `2026-01-0${number}T00:00:00.000Z` } })
}

async function subscribed (network: TestNetwork, name: string, newsletter: string, issues: number): Promise<TestNode> {
  const reader = await network.open(name)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, issues)
  return reader
}

interface TwoIssues {
  network: TestNetwork
  author: HostileAuthor
  newsletter: string
  /** How far the author's drive was after the first of them. */
  early: Awaited<ReturnType<HostileAuthor['heads']>>
  /** Has both. */
  reader: TestNode
}

async function twoIssues (t: Test): Promise<TwoIssues> {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author')
  const { address: newsletter } = author
  await publish(author, 'a', 1, 'First')
  const early = await author.heads()
  await publish(author, 'b', 2, 'Second')
  return { network, author, newsletter, early, reader: await subscribed(network, 'reader', newsletter, 2) }
}

async function untilOtherHistory ({ client }: TestNode, newsletter: string): Promise<NonNullable<Writer['otherHistory']>> {
  return await until('another history is found', async () => (await client.getNewsletter({ params: { newsletter } })).writers[0]!.otherHistory)
}

async function titlesOf ({ client }: TestNode, newsletter: string): Promise<string[]> {
  const { issues } = await client.listIssues({ params: { newsletter } })
  for (const { ref } of issues) await client.getIssueContent({ params: { issue: ref } })
  return issues.map(({ title, state }) => `${title} ${state}`)
}

t.test('when an author takes back what was published, readers keep it, say so, and wait with what comes', async t => {
  const { network, author, newsletter, early, reader } = await twoIssues(t)

  await author.truncate(early.index, early.blobs)
  await publish(author, 'c', 2, 'Instead')
  t.match(await untilOtherHistory(reader, newsletter), { kind: 'takenBack', choice: null, isWaiting: true, reason: /has taken back what it published.*What is here stays/ })
  t.same(await titlesOf(reader, newsletter), ['Second ready', 'First ready'])
  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await until('who comes later hears of both', async () => (await newcomer.client.getNewsletter({ params: { newsletter } })).issues.ready === 2)

  await author.close()
  await newcomer.stop()
  await reader.restart()
  t.match(await untilOtherHistory(reader, newsletter), { kind: 'takenBack', isWaiting: true }, 'after a restart it still knows')
  const { seen, others } = await reader.client.getWriterHistory({ params: { newsletter, writer: 'w1' } })
  t.match(others.find(({ core }) => core === 'index'), { here: { fork: 0 }, other: { fork: 1 }, signed: { signature: /^[0-9a-f]{130,}$/ }, peer: /^[0-9a-f]{64}$/ })
  t.equal(seen!.index.fork, 0)
  t.match(await reader.client.decideWriterHistory({ params: { newsletter, writer: 'w1' }, body: { choice: 'refuse' } }), { writer: { otherHistory: { choice: 'refuse', isWaiting: true } } })
  t.same(await titlesOf(reader, newsletter), ['Second ready', 'First ready'])
  await reader.stop()
  const command = (args: string[]): ReturnType<typeof run> => run([...args, '--home', reader.home])
  t.match(await command(['writers', 'history', newsletter, 'w1']), { stdout: /seen: index +\d+ blocks, fork 0.*other +\d+ blocks, fork 1.*has taken back what it published/s })
  t.match(await command(['writers', 'history', newsletter, 'w1', '--take', '--refuse']), { code: 2 })
  t.match(await command(['status']), { stdout: /OTHER_HISTORY/ })
  t.match(await command(['writers', 'history', newsletter, 'w1', '--take', '--json']), { stdout: /"choice":"take"/ })
})

for (const [more, what] of [[0, 'of one length'], [1, 'of which one is longer']] as const) {
  t.test(`two readers who were shown two histories ${what} find it out when they meet, and keep what proves it`, async t => {
    const network = await testNetwork(t)
    const newsletter = newNewsletter('Two faces')
    const { address } = newsletter
    const first = await openAuthor(t, network, 'first', newsletter)
    await publish(first, 'a', 1, 'For Ann')
    const ann = await subscribed(network, 'ann', address, 1)
    await ann.stop()
    await first.close()
    const second = await openAuthor(t, network, 'second', newsletter)
    await publish(second, 'a', 1, 'For Ben')
    for (let i = 0; i < more; i++) await publish(second, 'b', 2, 'For Ben, too')
    const ben = await subscribed(network, 'ben', address, 1 + more)
    await second.close()

    await ann.restart()
    for (const [node, titles] of [[ann, ['For Ann ready']], [ben, [...more ? ['For Ben, too ready'] : [], 'For Ben ready']]] as const) {
      t.match(await untilOtherHistory(node, address), { kind: 'twoFaced', choice: null, isWaiting: true, reason: /has signed two histories/ })
      t.same(await titlesOf(node, address), titles, 'what is here stays readable')
      const { others } = await node.client.getWriterHistory({ params: { newsletter: address, writer: 'w1' } })
      t.match(others[0], { here: { fork: 0 }, other: { fork: 0 }, signed: { signature: /^[0-9a-f]{130,}$/ } })
      t.not(others[0]!.here.treeHash, others[0]!.other.treeHash)
      t.equal(others[0]!.here.length, others[0]!.other.length)
      t.match(JSON.parse(await readFile(join(node.home, 'histories', `${address}.json`), 'utf8')), { drives: { [second.drive]: { others: { length: others.length } } } })
    }

    const again = await openAuthor(t, network, 'first', newsletter)
    await publish(again, 'c', 3, 'More for Ann')
    await until('the next block has come to Ann', async () => (await ann.client.listWriters({ params: { newsletter: address } })).writers[0]!.length === (await again.heads()).index)
    t.same(await titlesOf(ann, address), ['For Ann ready'], 'what comes waits')
    await ann.client.decideWriterHistory({ params: { newsletter: address, writer: 'w1' }, body: { choice: 'take' } })
    await until('what waited is taken', async () => (await ann.client.getNewsletter({ params: { newsletter: address } })).issues.ready === 2)
    t.match(await untilOtherHistory(ann, address), { choice: 'take', isWaiting: false })
    await again.close()
  })
}

t.test('a drive that comes again with another history than before is noticed, though the store has forgotten it', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('Two faces')
  const { address } = newsletter
  const first = await openAuthor(t, network, 'first', newsletter)
  await publish(first, 'a', 1, 'Before')
  const reader = await subscribed(network, 'reader', address, 1)
  await reader.stop()
  await first.close()
  await rm(join(reader.home, 'store'), { recursive: true })
  await rm(join(reader.home, 'library', 'library.sqlite'))
  const second = await openAuthor(t, network, 'second', newsletter)
  await publish(second, 'a', 1, 'Otherwise')
  await reader.restart()
  t.match(await untilOtherHistory(reader, address), { kind: 'changedHere', reason: /another history than this node had seen before/ })
})

t.test('the root\'s seal settles which history counts', async t => {
  const { author, newsletter, early, reader } = await twoIssues(t)
  await author.truncate(early.index, early.blobs)
  await untilOtherHistory(reader, newsletter)
  await t.rejects(reader.client.decideWriterHistory({ params: { newsletter, writer: 'w9' }, body: { choice: 'take' } }), { code: 'NOT_FOUND' })
  await author.sealAt(early.index)
  await until('the seal has come', async () => (await reader.client.getNewsletter({ params: { newsletter } })).writers[0]!.sealed)
  t.match(await untilOtherHistory(reader, newsletter), { isWaiting: false, reason: /The root has sealed/ })
  await until('what stands behind the seal is withdrawn', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready === 1)
})
