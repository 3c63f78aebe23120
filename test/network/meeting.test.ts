import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { readRootChain } from '../../shared/format/root-chain.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { log, testNetwork, type TestNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

t.test('a root that reaches one of two readers after they met reaches the other', async t => {
  const network = await testNetwork(t)
  const { address, chain } = newNewsletter('An author')
  const [first, second] = [await openMeeting(t, network, 'first'), await openMeeting(t, network, 'second')]
  first.meeting.join(address, () => [])
  second.meeting.join(address, () => [])
  await until('they know of each other', () => first.meeting.peersOf(address) > 0 && second.meeting.peersOf(address) > 0)
  t.equal(await second.roots.get(address), null)

  await first.meeting.offer(readRootChain(address, chain))
  t.match(await until('the other has it', () => second.roots.get(address)), { chain: { address, documents: { length: 1 } }, dispute: null })
})

t.test('newsletters that are joined together are told of together', async t => {
  const network = await testNetwork(t)
  const addresses = Array.from({ length: 40 }, () => newNewsletter('An author').address)
  const [first, ...others] = addresses as [string, ...string[]]
  const meetings = [(await openMeeting(t, network, 'first')).meeting, (await openMeeting(t, network, 'second')).meeting]
  for (const meeting of meetings) meeting.join(first, () => [])
  await until('they know of each other', () => meetings.every(meeting => meeting.peersOf(first) > 0))
  let told = 0
  const { tell } = Greeting.prototype
  t.intercept(Greeting.prototype, 'tell', { value: function (this: Greeting, ...given: Parameters<typeof tell>) {
    told++
    tell.apply(this, given)
  } })
  for (const meeting of meetings) for (const address of others) meeting.join(address, () => [])
  await until('they share all', () => meetings.every(meeting => others.every(address => meeting.peersOf(address) > 0)))
  t.ok(told < 20, `told ${told} times`)
})

t.test('who leaves a newsletter and joins it again at once hears again what the others know of it', async t => {
  const network = await testNetwork(t)
  const { address, chain } = newNewsletter('An author')
  const [first, second] = [await openMeeting(t, network, 'first'), await openMeeting(t, network, 'second')]
  for (const { meeting } of [first, second]) meeting.join(address, () => [])
  await first.meeting.offer(readRootChain(address, chain))
  await until('the other has it', () => second.roots.get(address))
  await until('and has said so', async () => await first.meeting.informedOf(address) === 1)
  const left = first.meeting.leave(address)
  first.meeting.join(address, () => [])
  await left
  t.equal(await first.meeting.informedOf(address), 0)
  await until('the other says so again', async () => await first.meeting.informedOf(address) === 1)
  t.equal(second.meeting.peersOf(address), 1)
})

async function openMeeting (t: Test, { folder, bootstrap }: TestNetwork, name: string): Promise<{ meeting: Meeting, roots: RootStore }> {
  const peer = new Peer({ folder: join(folder, name, 'store'), network: { bootstrap, bind: '127.0.0.1', seed: randomBytes(32) }, log })
  await peer.ready()
  const roots = new RootStore(join(folder, name, 'roots'))
  const meeting = new Meeting({ peer, roots, log })
  await meeting.ready()
  t.teardown(async () => {
    await meeting.close()
    await peer.close()
  })
  return { meeting, roots }
}
