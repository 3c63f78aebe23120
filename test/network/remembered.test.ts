import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { Peer } from '../../shared/network/peer.ts'
import { RememberedPeers } from '../../shared/network/remembered-peers.ts'
import type { Need } from '../../shared/network/topic.ts'
import type { JoinedTopic } from '../../shared/network/topics.ts'
import { log, testNetwork } from '../support/network.ts'
import { openMeeting } from '../support/open-meeting.ts'
import { until } from '../support/until.ts'

/** Is there, and is announced nowhere that anybody looks. */
class QuietPeer extends Peer {
  override join (_topic: Uint8Array, need: () => Need): JoinedTopic | null {
    return super.join(randomBytes(32), need)
  }
}

t.test('who was met before is called first, also where nobody tells of them any more', async t => {
  const network = await testNetwork(t)
  const { address } = newNewsletter('An author')
  const [seed, otherSeed] = [randomBytes(32), randomBytes(32)]
  const [first, other] = [await openMeeting(t, network, 'first', seed), await openMeeting(t, network, 'other', otherSeed)]
  for (const { meeting } of [first, other]) meeting.join(address, () => [])
  await until('they have met', () => first.meeting.peersOf(address) > 0 && other.meeting.peersOf(address) > 0)
  await Promise.all([first.close(), other.close()])
  const file = join(network.folder, 'first-peers.json')
  t.match(JSON.parse(await readFile(file, 'utf8')), { newsletters: { [address]: [{ key: /^[0-9a-f]{64}$/ }] } })

  const quiet = await openMeeting(t, network, 'other', otherSeed, QuietPeer)
  quiet.meeting.join(address, () => [])
  const again = await openMeeting(t, network, 'first', seed)
  again.meeting.join(address, () => [])
  await until('they have met again', () => again.meeting.peersOf(address) > 0)
  await again.meeting.leave(address, true)
  await again.close()
  t.same(JSON.parse(await readFile(file, 'utf8')), { newsletters: {} }, 'with the newsletter they are forgotten')

  await writeFile(file, '{"newsletters":{"x":[{"key":"../..","metAt":1}]}}')
  const careful = new RememberedPeers(file, log)
  await careful.load()
  t.same(careful.of('x'), [], 'what makes no sense is not believed')
})

t.test('who has given blocks is remembered, however many strangers come by, and others find room beside them', async t => {
  const { folder } = await testNetwork(t)
  const file = join(folder, 'peers.json')
  const remembered = new RememberedPeers(file, log)
  const giver = randomBytes(32)
  remembered.met('x', giver, true)
  for (let i = 0; i < 100; i++) remembered.met('x', randomBytes(32), false)
  await remembered.close()
  const again = new RememberedPeers(file, log)
  await again.load()
  t.same([again.givers('x'), again.of('x')[0], again.of('x').length], [[giver.toString('hex')], giver, 16])
  again.met('x', giver, false)
  t.same(again.givers('x'), [giver.toString('hex')], 'also when it has given nothing again yet')
  const stranger = randomBytes(32)
  for (let i = 0; i < 100; i++) again.met('x', randomBytes(32), true)
  again.met('x', stranger, false)
  t.ok(again.of('x').some(key => key.equals(stranger)))
  await again.close()
})
