import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import { listen } from '../support/events.ts'
import type { HostileAuthor } from '../support/hostile-author.ts'
import { testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { idOf, openAuthor, publish, subscribed, twoReaders, untilOtherHistory } from '../support/two-histories.ts'
import { until } from '../support/until.ts'

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

/** Titles of what bears the mark. */
async function withdrawnOf ({ client }: TestNode, newsletter: string): Promise<string[]> {
  const { issues } = await client.listIssues({ params: { newsletter } })
  return issues.filter(({ withdrawnByWriter }) => withdrawnByWriter).map(({ title }) => title)
}

async function titlesOf ({ client }: TestNode, newsletter: string): Promise<string[]> {
  const { issues } = await client.listIssues({ params: { newsletter } })
  for (const { ref } of issues) await client.getIssueContent({ params: { issue: ref } })
  return issues.map(({ title, state }) => `${title} ${state}`)
}

t.test('when an author takes back what was published, readers keep it, say so, and wait with what comes', async t => {
  const { network, author, newsletter, early, reader } = await twoIssues(t)
  const events = await listen(t, reader)

  await author.truncate(early.index, early.blobs)
  await publish(author, 'c', 2, 'Instead')
  t.match(await untilOtherHistory(reader, newsletter), { kind: 'takenBack', choice: null, isWaiting: true, reason: /has taken back what it published.*What is here stays/ })
  t.same(await titlesOf(reader, newsletter), ['Second ready', 'First ready'])
  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await until('who comes later hears of both', async () => (await newcomer.client.getNewsletter({ params: { newsletter } })).issues.ready === 2)

  await events.until('issueChanged', ({ title, withdrawnByWriter }) => title === 'Second' && withdrawnByWriter) // which the page shows
  t.same(await withdrawnOf(reader, newsletter), ['Second'])
  t.same(await withdrawnOf(newcomer, newsletter), [], 'who reads the new history has nothing of what was withdrawn')
  const [{ ref: issue }] = (await reader.client.listIssues({ params: { newsletter } })).issues as [Issue]
  t.match(await reader.client.getIssue({ params: { issue } }), { issue: { title: 'Second', withdrawnByWriter: true, state: 'ready' } })
  t.match(await reader.client.verifyIssue({ params: { issue } }), { verified: true }, 'and it is whole')

  await author.close()
  await newcomer.stop()
  await reader.restart()
  t.same(await withdrawnOf(reader, newsletter), ['Second'], 'after a restart it bears the mark')
  t.match(await untilOtherHistory(reader, newsletter), { kind: 'takenBack', isWaiting: true }, 'after a restart it still knows')
  const { seen, others } = await reader.client.getWriterHistory({ params: { newsletter, writer: 'w1' } })
  t.match(others.find(({ core }) => core === 'index'), { here: { fork: 0 }, other: { fork: 1 }, signed: { signature: /^[0-9a-f]{130,}$/ }, peer: /^[0-9a-f]{64}$/ })
  t.equal(seen!.index.fork, 0)
  t.match(await reader.client.decideWriterHistory({ params: { newsletter, writer: 'w1' }, body: { choice: 'refuse' } }), { writer: { otherHistory: { choice: 'refuse', isWaiting: true } } })
  t.same(await titlesOf(reader, newsletter), ['Second ready', 'First ready'])
  await reader.stop()
  t.match(await run(['issues', newsletter, '--home', reader.home]), { stdout: /Second \[withdrawn by the writer\]/ })
  t.match(await run(['read', issue, '--home', reader.home]), { stdout: /SECOND/, stderr: /withdrawn by the writer/ })
  const command = (args: string[]): ReturnType<typeof run> => run([...args, '--home', reader.home])
  t.match(await command(['writers', 'history', newsletter, 'w1']), { stdout: /seen: index +\d+ blocks, fork 0.*other +\d+ blocks, fork 1.*has taken back what it published/s })
  t.match(await command(['writers', 'history', newsletter, 'w1', '--keep', '--refuse']), { code: 2 })
  t.match(await command(['status']), { stdout: /OTHER_HISTORY/ })
  t.match(await command(['writers', 'history', newsletter, 'w1', '--keep', '--json']), { stdout: /"choice":"keep"/ })
})

t.test('what is published on the history that was kept bears no mark', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('Two faces')
  const { address } = newsletter
  const author = await openAuthor(t, network, 'author', newsletter)
  await publish(author, 'a', 1, 'First')
  await publish(author, 'b', 2, 'Second')
  const reader = await subscribed(network, 'reader', address, 2)
  await author.close()
  const peers = async (): Promise<number> => (await reader.client.getSubscription({ params: { newsletter: address } })).progress.peers
  await until('the author has gone', async () => await peers() === 0)
  const thief = await openAuthor(t, network, 'thief', newsletter)
  await publish(thief, 'a', 1, 'First')
  const early = await thief.heads()
  await publish(thief, 'b', 2, 'Second')
  await until('the thief is there', async () => await peers() > 0)
  await thief.truncate(early.index, early.blobs)
  t.match(await untilOtherHistory(reader, address), { kind: 'takenBack' })
  await until('the issue bears a mark', async () => (await withdrawnOf(reader, address)).join() === 'Second')
  await thief.close()

  await reader.client.decideWriterHistory({ params: { newsletter: address, writer: 'w1' }, body: { choice: 'keep' } })
  const again = await openAuthor(t, network, 'author', newsletter)
  await publish(again, 'd', 3, 'Third')
  await until('what follows is taken', async () => (await reader.client.getNewsletter({ params: { newsletter: address } })).issues.ready === 3)
  await reader.restart()
  t.same(await withdrawnOf(reader, address), ['Second'])
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
    await ann.client.decideWriterHistory({ params: { newsletter: address, writer: 'w1' }, body: { choice: 'keep' } })
    await until('what waited is taken', async () => (await ann.client.getNewsletter({ params: { newsletter: address } })).issues.ready === 2)
    t.match(await untilOtherHistory(ann, address), { choice: 'keep', isWaiting: false })
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
  await t.rejects(reader.client.decideWriterHistory({ params: { newsletter, writer: 'w9' }, body: { choice: 'keep' } }), { code: 'NOT_FOUND' })
  await author.sealAt(early.index)
  await until('the seal has come', async () => (await reader.client.getNewsletter({ params: { newsletter } })).writers[0]!.sealed)
  t.match(await untilOtherHistory(reader, newsletter), { isWaiting: false, reason: /The root has sealed/ })
  t.same(await withdrawnOf(reader, newsletter), [], 'it says what counts, and no mark besides')
  await until('what stands behind the seal is withdrawn', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready === 1)
})

t.test('of two histories both can be looked into: which issues differ, and files by which anybody can check who signed them', async t => {
  const network = await testNetwork(t)
  const { address, ann, ben } = await twoReaders(t, network)
  const params = { newsletter: address, writer: 'w1' }
  const { kept } = await ann.client.getWriterHistory({ params })
  t.match(kept, [{ fork: 0, issues: [
    { id: idOf('b'), differs: true, here: { title: 'For Ann', number: 2, verified: true }, other: { title: 'For Ben', verified: true } },
    { id: idOf('c'), differs: true, here: null, other: { title: 'For Ben, too' } },
    { id: idOf('a'), differs: false, here: { title: 'For all' }, other: { title: 'For all' } }
  ] }])
  t.ok(kept[0]!.shared! > 1 && kept[0]!.shared! < kept[0]!.length)
  t.match((await ben.client.getWriterHistory({ params })).kept, [{ issues: [{ here: { title: 'For Ben' }, other: { title: 'For Ann' } }, {}, {}] }], 'the other side, too')

  const both = join(network.folder, 'both')
  const { files } = await ann.client.exportWriterHistories({ params, body: { path: both } })
  t.match(files, ['here.history', 'other-1.history', 'root/keys', /^root\/0\.json$/, /minisig$/, 'HOW-TO-VERIFY.txt'])
  t.same((await readdir(both)).sort(), ['HOW-TO-VERIFY.txt', 'here.history', 'other-1.history', 'root'])
  await t.rejects(ann.client.exportWriterHistories({ params, body: { path: both } }), { code: 'CONFLICT' })
  const compare = (a: string, b: string): ReturnType<typeof run> => run(['writers', 'compare', join(both, a), join(both, b)])
  t.match(await compare('here.history', 'other-1.history'), { code: 0, stdout: /THEY ARE TWO HISTORIES: they part at block[^]*! +01ke70ehg0b+ +here: 2 "For Ann" +other: 2 "For Ben"[^]*the same/ })
  t.match(await compare('here.history', 'here.history'), { code: 0, stdout: /They are one history/ })
  const forged = await readFile(join(both, 'other-1.history'))
  forged[forged.indexOf('For Ben')]! ^= 1
  await writeFile(join(both, 'forged.history'), forged)
  t.match(await compare('here.history', 'forged.history'), { code: 5, stderr: /did not sign this history/ })
  t.match(await compare('here.history', 'HOW-TO-VERIFY.txt'), { code: 5, stderr: /not a history|cut off/ })

  await ann.restart()
  t.match((await ann.client.getWriterHistory({ params })).kept, [{ issues: { length: 3 } }], 'it is kept over a restart')
  await ann.client.unsubscribe({ params: { newsletter: address } })
  t.same(await readdir(join(ann.home, 'histories')), [], 'and goes with the subscription')
})

t.test('a reader who takes the other history reads on with it; what was here before is kept to be looked into', async t => {
  const { address, ann, ben, authors } = await twoReaders(t, await testNetwork(t))
  const params = { newsletter: address, writer: 'w1' }
  const { kept: [other] } = await ann.client.getWriterHistory({ params })
  await t.rejects(ann.client.decideWriterHistory({ params, body: { choice: 'take', treeHash: '0'.repeat(64) } }), { code: 'CONFLICT' })
  const taken = await ann.client.decideWriterHistory({ params, body: { choice: 'take', treeHash: other!.treeHash } })
  t.match(taken, { writer: { otherHistory: { choice: 'take', isWaiting: false } }, seen: { index: { length: other!.length, treeHash: other!.treeHash } } })
  await untilComplete(ann, address, 3)
  t.same(await titlesOf(ann, address), ['For Ben, too ready', 'For Ben ready', 'For all ready'])
  const { kept: [before] } = await ann.client.getWriterHistory({ params })
  t.match(before, { issues: [{ id: idOf('b'), here: { title: 'For Ben' }, other: { title: 'For Ann', verified: true } }, { here: { title: 'For Ben, too' }, other: null }, {}] })
  const aside = join(ann.home, 'histories', address, `${(await ann.client.getNewsletter({ params })).writers[0]!.drive}.${before!.treeHash}`)
  t.match(await run(['verify', join(aside, idOf('b')), '--address', address]), { code: 0, stdout: /"For Ann"/ }, 'the issues that differ can be read and checked yet')

  const second = await authors.second()
  await publish(second, 'd', 4, 'For those who took it')
  for (const node of [ann, ben]) await until('the writer goes on', async () => (await node.client.getWriterHistory({ params })).seen!.index.length === other!.length + 3)
  await until('Ann reads it', async () => (await ann.client.getNewsletter({ params })).issues.ready === 4)
  await second.close()
  await ann.restart()
  t.match(await untilOtherHistory(ann, address), { choice: 'take', isWaiting: false })
  t.equal((await titlesOf(ann, address)).length, 4)
})

t.test('another newsletter that only lists the drive, and is followed as well, keeps no reader from taking the other history', async t => {
  const network = await testNetwork(t)
  const { address, ann } = await twoReaders(t, network)
  const params = { newsletter: address, writer: 'w1' }
  const { drive } = (await ann.client.getNewsletter({ params })).writers[0]!
  const lister = await openAuthor(t, network, 'lister', newNewsletter('A lister'))
  const [own] = JSON.parse(new TextDecoder().decode(lister.newsletter.chain.documents[0]!.bytes)).writers as object[]
  await ann.client.subscribe({ body: { address: lister.address } })
  await lister.extendRoot({ writers: [own, { id: 'w2', name: 'Also me', drive, signingKey: createSigningKey().publicKey }] as never })
  await until('Ann follows both drives of it', async () => (await ann.client.listWriters({ params: { newsletter: lister.address } })).writers.length === 2)
  await ann.client.decideWriterHistory({ params, body: { choice: 'take' } })
  await untilComplete(ann, address, 3)
  t.match(await ann.client.getNewsletter({ params: { newsletter: lister.address } }), { writers: { length: 2 } }, 'which is followed on')
})

t.test('a reader with another history than the root has sealed withdraws it, and may read on with the sealed one', async t => {
  const { address, ann, ben, authors } = await twoReaders(t, await testNetwork(t))
  const params = { newsletter: address, writer: 'w1' }
  const first = await authors.first()
  await first.sealAt((await first.heads()).index)
  await until('the seal has come', async () => (await ben.client.getNewsletter({ params })).writers[0]!.sealed)
  t.same(await titlesOf(ann, address), ['For Ann ready', 'For all ready'])
  await until('what does not count is withdrawn', async () => (await ben.client.getNewsletter({ params })).issues.ready === 0)
  await until('it is said why', async () => (await untilOtherHistory(ben, address)).kind === 'sealedOtherwise')
  t.match(await untilOtherHistory(ben, address), { reason: /Nothing that is here of this writer counts/ })
  const { issues } = await ben.client.listIssues({ params, query: {} })
  t.same(issues.map(({ state, problem }) => `${state} ${problem?.code}`).sort(), ['notVerified OTHER_HISTORY', 'notVerified OTHER_HISTORY', 'notVerified SEALED'])
  await ben.restart()
  t.equal((await ben.client.getNewsletter({ params })).issues.ready, 0, 'after a restart, too')
  await ben.client.decideWriterHistory({ params, body: { choice: 'take' } })
  await until('the sealed one is read', async () => (await ben.client.getNewsletter({ params })).issues.ready === 2)
  t.same(await titlesOf(ben, address), ['For Ann ready', 'For all ready'])
})
