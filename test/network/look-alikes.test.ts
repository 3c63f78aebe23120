import t from 'tap'
import type { Newsletter } from '../../shared/api/newsletters.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { changeRoot } from '../support/root.ts'
import { until } from '../support/until.ts'

const shown = async ({ client }: TestNode, newsletter: string): Promise<Newsletter> => await client.getNewsletter({ params: { newsletter } })
const looksLike = async (node: TestNode, newsletter: string): Promise<string | null> => (await shown(node, newsletter)).looksLike?.newsletter ?? null

/** A newsletter with an issue, which the reader has. */
async function followed (author: TestNode, reader: TestNode, title: string): Promise<string> {
  const newsletter = await createNewsletter(author, title)
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  return newsletter
}

async function rename (author: TestNode, reader: TestNode, newsletter: string, title: string): Promise<void> {
  await author.client.describeNewsletter({ params: { newsletter }, body: { title } })
  await until('the reader knows the name', async () => (await shown(reader, newsletter)).title === title)
}

t.test('of two newsletters with one name the later one is pointed out, with the check words of both', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const first = await followed(author, reader, 'The Long Road')
  const later = await followed(author, reader, 'Тhе Lоng Rоаd ✅')

  const { checkWords, since } = await shown(reader, first)
  await until('it is pointed out', async () => (await looksLike(reader, later)) === first)
  t.match(await shown(reader, later), { looksLike: { newsletter: first, title: 'The Long Road', checkWords, role: 'subscribed', since } })
  t.not((await shown(reader, later)).checkWords, checkWords)
  t.equal(await looksLike(reader, first), null, 'the first one is not accused')
  const { subscriptions } = await reader.client.listSubscriptions()
  const named = subscriptions.map(subscription => [subscription.newsletter, subscription.looksLike?.newsletter ?? null] as const)
  t.same(new Map(named), new Map([[first, null], [later, first]]))
  t.equal((await reader.client.getCheckWords({ params: { address: `colporteur://${first}` } })).checkWords, checkWords, 'the words can be had before')
  t.match(await shown(author, first), { checkWords, looksLike: null }, 'the author tells the same words, and is no look-alike')

  await reader.restart()
  t.equal(await looksLike(reader, later), first, 'after a restart, too')
  await reader.client.unsubscribe({ params: { newsletter: first } })
  await until('with nothing to be taken for, nothing is said', async () => await looksLike(reader, later) === null)
})

t.test('who takes the name of another later is the look-alike, however long it has been followed', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const patient = await followed(author, reader, 'Garden Notes')
  const road = await followed(author, reader, 'The Long Road')
  t.same([await looksLike(reader, patient), await looksLike(reader, road)], [null, null])

  await rename(author, reader, patient, 'The L0ng Road')
  await until('it is pointed out', async () => await looksLike(reader, patient) === road)
  t.equal(await looksLike(reader, road), null, 'though it was followed later')
  await reader.restart()
  t.same([await looksLike(reader, patient), await looksLike(reader, road)], [road, null])
  await reader.client.changeSubscription({ params: { newsletter: patient }, body: { paused: true } })
  await reader.client.changeSubscription({ params: { newsletter: patient }, body: { paused: false } })
  t.equal(await looksLike(reader, patient), road, 'a pause changes nothing')

  await rename(author, reader, road, 'The Long Road!')
  t.same([await looksLike(reader, patient), await looksLike(reader, road)], [road, null], 'a name that is still the same is no new one')
  await rename(author, reader, patient, 'Garden Notes')
  await until('with another name it is none any more', async () => await looksLike(reader, patient) === null)
  await reader.client.reindex()
  await untilComplete(reader, patient, 1)
  await rename(author, reader, road, 'GARDEN NOTES')
  await until('the other way round it is the same', async () => await looksLike(reader, road) === patient)
  t.equal(await looksLike(reader, patient), null)
})

t.test('what is written here is never the look-alike, and what continues a newsletter may be called like it', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await followed(author, reader, 'The Long Road')
  const own = await createNewsletter(reader, 'The Long Road')
  await until('the one that is followed is', async () => await looksLike(reader, newsletter) === own)
  t.match(await shown(reader, newsletter), { looksLike: { role: 'own' } })
  t.equal(await looksLike(reader, own), null)
  await reader.client.describeNewsletter({ params: { newsletter: own }, body: { title: 'My own' } })
  await until('it is none any more', async () => await looksLike(reader, newsletter) === null)

  const successor = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, successor, 1)
  await changeRoot(author, newsletter, { kind: 'successor', successor: `colporteur://${successor}` })
  await until('the reader is led on', async () => (await reader.client.listSubscriptions()).subscriptions.some(one => one.newsletter === successor))
  await untilComplete(reader, successor, 1)
  t.same([await looksLike(reader, newsletter), await looksLike(reader, successor)], [null, null])

  // Who only says so itself has nobody's consent.
  const impostor = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, impostor, 1)
  await changeRoot(author, impostor, { kind: 'successor', successor: `colporteur://${newsletter}` })
  await reader.client.subscribe({ body: { address: impostor } })
  await untilComplete(reader, impostor, 1)
  await until('it is pointed out', async () => await looksLike(reader, impostor) === newsletter)
})
