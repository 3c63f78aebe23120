import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

interface Stage { network: TestNetwork, author: TestNode, reader: TestNode, newsletter: string, backup: string }

/** An author with a backup of the home from when there was one issue, and a reader who has all three. */
async function withBackup (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Published once')
  await publishIssues(author, newsletter, 1)
  await author.stop()
  const backup = join(network.folder, 'backup')
  await cp(author.home, backup, { recursive: true })
  await author.restart()
  await publishIssues(author, newsletter, 2, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)
  return { network, author, reader, newsletter, backup }
}

/** Puts a part of a home back from a backup, which may not have had it yet. */
async function putBack ({ home }: TestNode, backup: string, part: string): Promise<void> {
  await rm(join(home, part), { recursive: true })
  if ((await readdir(backup)).includes(part)) await cp(join(backup, part), join(home, part), { recursive: true })
}

/** Nobody has seen two histories. */
async function checkOneHistory (t: Test, nodes: TestNode[], newsletter: string): Promise<void> {
  for (const { client } of nodes) {
    const { writers, problem } = await client.getNewsletter({ params: { newsletter } })
    t.same(writers.filter(({ otherHistory }) => otherHistory !== null), [])
    t.equal(problem, null)
  }
}

async function titlesOf ({ client }: TestNode, newsletter: string): Promise<string[]> {
  const { issues } = await client.listIssues({ params: { newsletter } })
  return issues.filter(({ state }) => state === 'ready').map(({ number, title }) => `${number} ${title}`).sort()
}

t.test('a home that was put back from a backup reads on, writes nothing, says why, and becomes a new writer with the words', async t => {
  const { network, author, reader, newsletter, backup } = await withBackup(t)
  await author.stop()
  await rm(author.home, { recursive: true })
  await cp(backup, author.home, { recursive: true })
  await reader.stop()
  await author.restart()
  const params = { newsletter }
  await until('it says so by itself', async () => (await author.client.getNewsletter({ params })).notWriting !== null)
  t.equal((await author.client.getNewsletter({ params })).issues.ready, 1)
  await t.rejects(publishIssues(author, newsletter, 1, 4), { code: 'BEHIND', message: /was copied.*writers renew/s }, 'alone')
  t.match(await author.client.getNewsletter({ params }), { notWriting: { code: 'BEHIND' } })
  t.match((await author.client.getStatus()).problems, [{ code: 'BEHIND', reason: /^Published once: / }])

  await reader.restart()
  await until('it reads what readers have', async () => (await author.client.getNewsletter({ params })).issues.ready === 3)
  await t.rejects(publishIssues(author, newsletter, 1, 4), { code: 'BEHIND' }, 'with readers')
  await author.restart()
  await t.rejects(publishIssues(author, newsletter, 1, 4), { code: 'BEHIND' }, 'and after another start')
  await until('it has caught up', async () => (await author.client.getNewsletter({ params })).issues.ready === 3)
  await author.stop()
  const command = (args: string[]): ReturnType<typeof run> => run([...args, '--home', author.home])
  t.match(await command(['newsletter', 'show', newsletter]), { stdout: /publishing +STOPPED: This home was copied/ })
  t.match(await command(['status']), { stdout: /problem +BEHIND: Published once: This home was copied/ })
  t.match(await command(['writers', 'renew', newsletter, '--reason', 'restored', '--yes']), { code: 0, stderr: /Retires the writer w1 .*\(restored\).*Lets a new writer publish: w2/s })
  await author.restart()
  await until('it may write again', async () => (await author.client.getNewsletter({ params })).notWriting === null)
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  t.same(await titlesOf(reader, newsletter), ['1 Issue 1', '2 Issue 2', '3 Issue 3', '4 Issue 4'])
  await author.restart()
  await publishIssues(author, newsletter, 1, 5)
  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  await untilComplete(newcomer, newsletter, 5)
  await checkOneHistory(t, [author, reader, newcomer], newsletter)
})

t.test('of a home and its copy at the same time only the first goes on writing', async t => {
  const { network, author, reader, newsletter, backup } = await withBackup(t)
  await cp(backup, join(network.folder, 'copy'), { recursive: true })
  // Two nodes with one Noise key could not meet each other.
  await rm(join(network.folder, 'copy', 'keys', 'node.key'))
  const copy = await network.open('copy')
  await until('the copy reads', async () => (await copy.client.getNewsletter({ params: { newsletter } })).issues.ready === 3)
  await t.rejects(publishIssues(copy, newsletter, 1, 4), { code: 'BEHIND', message: /may be alive elsewhere/ })
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  await until('the copy has it, too', async () => (await copy.client.getNewsletter({ params: { newsletter } })).issues.ready === 4)
  await checkOneHistory(t, [author, reader, copy], newsletter)
})

for (const parts of [['store', 'histories', 'library'], ['store', 'high-water.json', 'library']]) {
  t.test(`a home into which ${parts.join(', ')} of an old copy were merged catches up from readers before it writes`, async t => {
    const { author, reader, newsletter, backup } = await withBackup(t)
    await author.stop()
    await reader.stop()
    for (const part of parts) {
      await putBack(author, backup, part)
    }
    // Without it, nobody notices that the store was copied.
    await rm(join(author.home, 'store', 'CORESTORE'))
    await author.restart()
    await t.rejects(publishIssues(author, newsletter, 1, 4), { code: 'BEHIND', message: /older than what was already published.*catches up/s })
    t.match(await author.client.getNewsletter({ params: { newsletter } }), { notWriting: { code: 'BEHIND' }, issues: { ready: 1 } })
    await reader.restart()
    await until('the author has caught up', async () => (await author.client.getNewsletter({ params: { newsletter } })).issues.ready === 3)
    await publishIssues(author, newsletter, 1, 4)
    t.equal((await author.client.getNewsletter({ params: { newsletter } })).notWriting, null)
    await untilComplete(reader, newsletter, 4)
    t.same(await titlesOf(reader, newsletter), ['1 Issue 1', '2 Issue 2', '3 Issue 3', '4 Issue 4'])
    await checkOneHistory(t, [author, reader], newsletter)
  })
}

t.test('a home that has forgotten all of it hears from readers how far it had come', async t => {
  const { author, reader, newsletter, backup } = await withBackup(t)
  await author.stop()
  for (const part of await readdir(author.home)) {
    if (part !== 'keys') await putBack(author, backup, part)
  }
  await rm(join(author.home, 'store', 'CORESTORE'))
  await author.restart()
  await until('the reader is there', async () => (await author.client.listPeers()).peers.length > 0)
  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  t.same(await titlesOf(reader, newsletter), ['1 Issue 1', '2 Issue 2', '3 Issue 3', '4 Issue 4'])
  await checkOneHistory(t, [author, reader], newsletter)
})

t.test('two homes that wrote on from one drive all the same stop when they hear of it, and nobody loses what they have', async t => {
  const { network, author, reader, newsletter, backup } = await withBackup(t)
  const params = { newsletter }
  await author.stop()
  await reader.stop()
  await cp(backup, join(network.folder, 'copy'), { recursive: true })
  // Somebody takes away all that would have warned them.
  for (const part of ['store/CORESTORE', `keys/${newsletter}/place.json`, 'keys/node.key']) await rm(join(network.folder, 'copy', part))
  const copy = await network.open('copy')
  await publishIssues(copy, newsletter, 1, 66)
  const other = await network.open('other')
  await other.client.subscribe({ body: { address: newsletter } })
  await untilComplete(other, newsletter, 2)

  await author.restart()
  await reader.restart()
  for (const node of [author, copy]) {
    await until('its writer stops', async () => (await node.client.getNewsletter({ params })).notWriting !== null)
    t.match(await node.client.getNewsletter({ params }), { notWriting: { code: 'BEHIND', reason: /has signed two histories/ } })
    await t.rejects(publishIssues(node, newsletter, 1, 77), { code: 'BEHIND' })
  }
  for (const [node, titles] of [[reader, ['1 Issue 1', '2 Issue 2', '3 Issue 3']], [other, ['1 Issue 1', '2 Issue 66']]] as const) {
    await until('the reader hears of it', async () => (await node.client.getNewsletter({ params })).writers[0]!.otherHistory !== null)
    t.same(await titlesOf(node, newsletter), titles)
    const { issues } = await node.client.listIssues({ params })
    t.match(await node.client.verifyIssue({ params: { issue: issues[0]!.ref } }), { verified: true })
  }
})

t.test('a home that was put back says nothing of how far the newsletter has come', async t => {
  const { author, reader, newsletter, backup } = await withBackup(t)
  const params = { newsletter }
  await until('the author has said so', async () => (await reader.client.getNewsletter({ params })).confirmedAt)
  await author.stop()
  await rm(author.home, { recursive: true })
  await cp(backup, author.home, { recursive: true })
  const { confirmedAt: confirmed } = await reader.client.getNewsletter({ params })
  await reader.stop()
  await author.restart()
  await until('it knows that it was put back', async () => (await author.client.getNewsletter({ params })).notWriting !== null)
  await reader.restart()
  await until('it has caught up', async () => (await author.client.getNewsletter({ params })).issues.ready === 3)
  // Who asks for all receipts is about to take its place, and would hear of it at once.
  await reader.client.startRestoration({ body: { words: (await author.client.showWords({ params, body: {} })).sets[0]!.words } })
  await until('everything was asked', async () => (await reader.client.getRestoration()).restoration?.newsletters.some(({ state }) => state === 'ready'))
  t.match((await reader.client.getRestoration()).restoration!.newsletters[0], { writers: [{ id: 'w1', isOn: false }] })
  t.equal((await reader.client.getNewsletter({ params })).confirmedAt, confirmed)
})

t.test('a restored device that is itself put back from a backup becomes a new writer once more, and readers see one newsletter', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Lost twice' } })
  const params = { newsletter }
  await publishIssues(author, newsletter, 2)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)
  await author.stop()

  const home = join(network.folder, 'anew')
  const online = ['--home', home, '--bootstrap', network.addresses, '--bind', '127.0.0.1']
  t.match(await run(['restore', '--yes', '--reason', 'laptop lost', ...online], { input: words }), { code: 0 })
  const anew = await network.open('anew')
  await publishIssues(anew, newsletter, 1, 3)
  await untilComplete(reader, newsletter, 3)
  await anew.stop()
  const backup = join(network.folder, 'backup')
  await cp(home, backup, { recursive: true })
  await anew.restart()
  await publishIssues(anew, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  await anew.stop()
  await rm(home, { recursive: true })
  await cp(backup, home, { recursive: true })
  await anew.restart()
  await until('it has caught up', async () => (await anew.client.getNewsletter({ params })).issues.ready === 4)
  await t.rejects(publishIssues(anew, newsletter, 1, 5), { code: 'BEHIND', message: /writers renew/ })
  await anew.stop()
  t.match(await run(['writers', 'renew', newsletter, '--yes', '--home', home], { input: words }), { code: 0, stderr: /Retires the writer w2.*Lets a new writer publish: w3/s })
  await anew.restart()
  await publishIssues(anew, newsletter, 1, 5)
  await untilComplete(reader, newsletter, 5)
  t.same(await titlesOf(reader, newsletter), ['1 Issue 1', '2 Issue 2', '3 Issue 3', '4 Issue 4', '5 Issue 5'])
  t.match(await reader.client.getNewsletter({ params }), { writers: [{ sealed: true }, { sealed: true }, { sealed: false }] })
  await checkOneHistory(t, [anew, reader], newsletter)
})
