import { join } from 'node:path'
import DHT from 'hyperdht'
import t, { type Test } from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { topicOf } from '../../shared/format/address.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, untilComplete } from '../support/network.ts'
import { openMeeting } from '../support/open-meeting.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

type Lookup = (address: string) => Promise<string[]>

/** Asks the DHT itself who is announced by a newsletter, as anybody can; gives keys in hex. */
async function lookups (t: Test, { bootstrap }: TestNetwork): Promise<Lookup> {
  const dht = new DHT({ bootstrap: bootstrap!, host: '127.0.0.1' })
  t.teardown(() => dht.destroy())
  return async address => {
    const found = new Set<string>()
    for await (const { peers } of dht.lookup(topicOf(address))) for (const { publicKey } of peers) found.add(publicKey.toString('hex'))
    return [...found].sort()
  }
}

t.test('a newsletter that is not announced leaves no record in the DHT, and its issues come all the same', async t => {
  const network = await testNetwork(t)
  const announced = await lookups(t, network)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const params = { newsletter }
  await publishIssues(author, newsletter, 1)
  const [authorKey] = await until('the author is found', async () => {
    const found = await announced(newsletter)
    return found.length === 1 ? found : null
  })

  const quiet = await network.open('quiet')
  await quiet.client.subscribe({ body: { address: newsletter, announce: false } })
  await untilComplete(quiet, newsletter, 1)
  t.match(await quiet.client.getNewsletter({ params }), { announce: false })
  t.same(await announced(newsletter), [authorKey], 'who was told from the beginning not to announce never did')

  t.match(await quiet.client.announceNewsletter({ params, body: { announce: true } }), { announce: true, role: 'subscribed' })
  t.equal((await announced(newsletter)).length, 2, 'on, it is found')
  await quiet.client.announceNewsletter({ params, body: { announce: false } })
  t.same(await announced(newsletter), [authorKey], 'off again, its record is gone')
  await publishIssues(author, newsletter, 1, 2)
  await untilComplete(quiet, newsletter, 2)
  await quiet.restart()
  await publishIssues(author, newsletter, 1, 3)
  await untilComplete(quiet, newsletter, 3)
  t.match(await quiet.client.getNewsletter({ params }), { announce: false }, 'over a restart, too')
  t.same(await announced(newsletter), [authorKey])
})

t.test('an author who is not announced is found by nobody, and finds readers who are', async t => {
  const network = await testNetwork(t)
  const announced = await lookups(t, network)
  const author = await network.open('author')
  const { newsletter: { address, announce } } = await author.client.createNewsletter({ body: { title: 'Quiet', announce: false } })
  t.equal(announce, false)
  await publishIssues(author, address, 1)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address } })
  const readerKey = await until('the reader is found', async () => (await announced(address))[0])
  await author.restart()
  await untilComplete(reader, address, 1)
  t.same(await announced(address), [readerKey], 'the reader alone, though it has everything from the author')

  const home = ['--home', join(network.folder, 'cli')]
  t.match(await run(['newsletter', 'create', '--title', 'Mine', '--no-announce', '--json', ...home]), { code: 0, stdout: /"announce":false/ })
  t.match(await run(['announce', 'Mine', 'maybe', ...home]), { code: 2, stderr: /on or off, not maybe/ })
  t.match(await run(['newsletter', 'list', ...home]), { stdout: /written here +0 of 0 ready +not announced/ })
  t.match(await run(['announce', 'Mine', 'on', ...home]), { code: 0, stderr: /finds this node/ })
  t.notMatch(await run(['newsletter', 'list', ...home]), { stdout: /not announced/ })
  t.match(await run(['announce', 'Mine', 'off', ...home]), { code: 0, stderr: /Nobody finds the newsletter/ })
})

t.test('what is not announced is told on no connection to who does not tell first, as in the local network, where all nodes meet', async t => {
  const network = await testNetwork(t)
  const [common, secret] = [newNewsletter('Common').address, newNewsletter('Secret').address]
  const [one, two] = [await openMeeting(t, network, 'one'), await openMeeting(t, network, 'two')]
  for (const { meeting } of [one, two]) {
    meeting.join(common, () => [])
    meeting.join(secret, () => [], 'quiet')
  }
  await until('they have met', () => one.meeting.peersOf(common) > 0 && two.meeting.peersOf(common) > 0)
  t.same([one.meeting.peersOf(secret), two.meeting.peersOf(secret)], [0, 0], 'each is silent')

  await two.meeting.setOpenness(secret, 'announced')
  await until('one has answered', () => one.meeting.peersOf(secret) > 0 && two.meeting.peersOf(secret) > 0)
  await two.meeting.setOpenness(secret, 'quiet')
  t.equal(two.meeting.peersOf(secret), 1, 'what is shared stays shared')

  await Promise.all([one.close(), two.close()])
  const again = [await openMeeting(t, network, 'one', one.seed), await openMeeting(t, network, 'two', two.seed)]
  for (const { meeting } of again) {
    meeting.join(secret, () => [], 'quiet')
    meeting.join(common, () => [])
  }
  await until('who shared it before shares it again', () => again.every(({ meeting }) => meeting.peersOf(secret) > 0))
})
