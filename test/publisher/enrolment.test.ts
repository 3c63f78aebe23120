import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Client } from '../../shared/api/client.ts'
import { readAcceptance } from '../../shared/format/acceptance.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode } from '../support/network.ts'
import { untilRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

t.test('a device that is renewed publishes as its new writer, whoever asked for the old one meanwhile', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  await publishIssues(author, newsletter, 1)
  const { text } = await author.client.proposeRoot({ params, body: { change: { kind: 'takeOver', writers: ['w1'], reason: 'replaced' } } })
  const signed = await author.client.signProposal({ body: { text } })
  await whileAsking(author.client, newsletter, author.client.publishRoot({ body: { text: signed.text } }))
  await publishIssues(author, newsletter, 1, 2)
  t.match(await author.client.getNewsletter({ params }), { notWriting: null, issues: { ready: 2 } })
})

t.test('a device that leaves has no writer left, whoever asked for it meanwhile', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  await publishIssues(author, newsletter, 1)
  await whileAsking(author.client, newsletter, author.client.leaveNewsletter({ params: { newsletter }, body: {} }))
  await t.rejects(publishIssues(author, newsletter, 1, 2), { code: 'NOT_WRITER', message: /only read/ })
})

t.test('an invitation that is accepted twice at once is accepted with the same keys, which stay', async t => {
  const network = await testNetwork(t)
  const [author, other] = [await network.open('author', { network: false }), await network.open('other', { network: false })]
  const newsletter = await createNewsletter(author, 'Mine')
  const { invitation } = await author.client.inviteWriter({ params: { newsletter }, body: { name: 'Tomas' } })
  const accept = async (): Promise<string> => readAcceptance((await other.client.acceptInvitation({ body: { invitation } })).acceptance).drive
  const drives = await Promise.all([accept(), accept(), accept()])
  t.same(new Set([...drives, await accept()]).size, 1)
})

t.test('invitations that are made at once all count', async t => {
  const network = await testNetwork(t)
  const [author, other] = [await network.open('author', { network: false }), await network.open('other', { network: false })]
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  const made = await Promise.all(['Tomas', 'Ben', 'Cleo'].map(async name => (await author.client.inviteWriter({ params, body: { name } })).invitation))
  for (const invitation of made) {
    const { acceptance } = await other.client.acceptInvitation({ body: { invitation } })
    t.match(await author.client.proposeRoot({ params, body: { change: { kind: 'admit', acceptance } } }), { effects: [{ code: 'letsIn' }] })
  }
})

t.test('leaving that was cut off can be done again', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  const giveBack = await withoutSubscriptions(author)
  await t.rejects(author.client.leaveNewsletter({ params, body: {} }))
  await author.stop()
  await giveBack()
  await author.restart()
  t.same(await author.client.leaveNewsletter({ params, body: {} }), { writer: 'w1', wrote: true })
  t.equal((await author.client.getNewsletter({ params })).role, 'subscribed')
})

t.test('a newsletter that nobody shall find is not announced either when its making was cut off', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  await createNewsletter(author, 'Another')
  const giveBack = await withoutSubscriptions(author)
  await t.rejects(author.client.createNewsletter({ body: { title: 'Mine', announce: false } }))
  await author.stop()
  await giveBack()
  await author.restart()
  const { newsletters } = await author.client.listNewsletters()
  t.match(newsletters.find(({ title }) => title === 'Mine'), { role: 'own', announce: false })
  t.match(newsletters.find(({ title }) => title === 'Another'), { role: 'own', announce: true })
})

t.test('new words count, and the old ones go, as soon as a co-owner publishes the change elsewhere', async t => {
  const network = await testNetwork(t)
  const [ann, ben] = [await network.open('ann'), await network.open('ben')]
  const { newsletter: { address: newsletter }, words } = await ann.client.createNewsletter({ body: { title: 'Ours' } })
  const params = { newsletter }
  await ben.client.subscribe({ body: { address: newsletter } })
  await untilRoot(ben, newsletter, 0)
  const { text } = await ann.client.proposeRoot({ params, body: { change: { kind: 'keys', sets: 1, threshold: 1 } } })
  const { sets } = await ann.client.showWords({ params, body: {} })
  t.same(sets.map(({ next }) => next), [false, true])
  const signed = await ben.client.signProposal({ body: { text, words } })
  await ben.client.publishRoot({ body: { text: signed.text } })
  const counting = [{ ...sets[1], next: false }]
  await until('the new words alone lie here', async () => JSON.stringify((await ann.client.showWords({ params, body: {} })).sets) === JSON.stringify(counting))
})

t.test('keys that turn out damaged when the root changes are told of at once', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Mine')
  const params = { newsletter }
  await writeFile(join(author.home, 'keys', newsletter, 'writer.json'), 'damaged')
  const { text } = await author.client.proposeRoot({ params, body: { change: { kind: 'state', state: 'resting' } } })
  const signed = await author.client.signProposal({ body: { text } })
  await t.rejects(author.client.publishRoot({ body: { text: signed.text } }), { code: 'BAD_CONFIG' })
  await until('it is told', async () => (await author.client.getNewsletter({ params })).notWriting?.code === 'BAD_CONFIG')
})

/** Asks for the newsletter's writer at every turn, as whoever begins a draft does, until something is done. */
async function whileAsking (client: Client, newsletter: string, work: Promise<unknown>): Promise<void> {
  let isDone = false
  const ended = work.finally(() => { isDone = true })
  const asked: Promise<unknown>[] = []
  while (!isDone) {
    asked.push(client.createDraft({ body: { newsletter } }).catch(() => {})) // it may be no writer just then
    await setImmediate()
  }
  await Promise.all([ended, ...asked])
}

/** What is followed can not be written any more, as on a disk that fails, until what it gives back is called. */
async function withoutSubscriptions ({ home }: TestNode): Promise<() => Promise<void>> {
  const file = join(home, 'subscriptions.json')
  await rename(file, `${file}.away`)
  await mkdir(join(file, 'full'), { recursive: true })
  await writeFile(join(file, 'full', 'file'), '')
  return async () => {
    await rm(file, { recursive: true })
    await rename(`${file}.away`, file)
  }
}
