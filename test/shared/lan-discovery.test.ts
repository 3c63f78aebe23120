import t, { type Test } from 'tap'
import { LanDiscovery, type LanNode } from '../../shared/network/lan/lan-discovery.ts'
import { boundPacket, type MdnsPacket } from '../../shared/network/lan/mdns-packet.ts'
import { ownNetwork } from '../../shared/network/lan/own-networks.ts'
import { MdnsTalker, nameOf, noLoopbackNetwork, type SaidNode } from '../support/mdns-talker.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const skip = noLoopbackNetwork
const SERVICE = '_colporteur._tcp.local'
const PORT = 4_444
/** Fits into no packet that is dealt with, and well into one of UDP. */
const CROWD = 300

/** A network on loopback that no other test speaks in. */
const [NETWORK, NEIGHBOUR, STRANGER] = ['127.53.1.1/24', '127.53.1.2', '127.53.2.1']

async function discovering (t: Test): Promise<{ discovery: LanDiscovery, heard: LanNode[], left: string[] }> {
  const discovery = new LanDiscovery({ port: PORT, networks: () => [ownNetwork(NETWORK)], log })
  const [heard, left]: [LanNode[], string[]] = [[], []]
  discovery.on('heard', node => { heard.push(node) })
  discovery.on('left', ({ name }) => { left.push(name) })
  t.teardown(() => discovery.close())
  await discovery.ready()
  return { discovery, heard, left }
}

/** Returns when it was heard, and so all that was said before. */
async function untilHeard (talker: MdnsTalker, heard: LanNode[], node: SaidNode): Promise<void> {
  await until('it is heard', async () => {
    await talker.announce([node])
    return heard.some(({ name }) => name === node.name)
  }, () => heard)
}

function crowd (count: number): SaidNode[] { return Array.from({ length: count }, (_, i) => ({ name: nameOf(i), port: 1_000 + i })) }

t.test('a node that says that it is there is heard, and that it goes', { skip }, async t => {
  const { heard, left } = await discovering(t)
  const talker = await MdnsTalker.open(t, NEIGHBOUR)
  await untilHeard(talker, heard, { name: nameOf(1), port: 7 })
  t.same(heard[0], { name: nameOf(1), host: NEIGHBOUR, port: 7 })
  await talker.goodbye({ name: nameOf(1), port: 7 })
  await until('that it goes is heard', () => left.includes(nameOf(1)))
})

t.test('a packet larger than those of multicast DNS are is not even read, and of a full one so much as can be dealt with', { skip }, async t => {
  const { heard } = await discovering(t)
  const talker = await MdnsTalker.open(t, NEIGHBOUR)
  await untilHeard(talker, heard, { name: nameOf(1_000), port: 7 })
  await talker.announce(crowd(CROWD))
  await untilHeard(talker, heard, { name: nameOf(1_001), port: 7 })
  t.same(heard.filter(({ port }) => port !== 7), [])
  await talker.announce(crowd(45))
  await untilHeard(talker, heard, { name: nameOf(1_002), port: 7 })
  t.equal(new Set(heard.filter(({ port }) => port !== 7).map(({ name }) => name)).size, 32)
})

t.test('what comes from another network is not read', { skip }, async t => {
  const { heard } = await discovering(t)
  const [near, far] = [await MdnsTalker.open(t, NEIGHBOUR), await MdnsTalker.open(t, STRANGER)]
  await untilHeard(near, heard, { name: nameOf(1), port: 7 })
  await far.announce([{ name: nameOf(2), port: 8 }])
  await untilHeard(near, heard, { name: nameOf(3), port: 7 })
  t.notOk(heard.some(({ name }) => name === nameOf(2)))
})

t.test('a question that a packet asks a thousand times is answered once', { skip }, async t => {
  const { discovery, heard } = await discovering(t)
  const [talker, listener] = [await MdnsTalker.open(t, NEIGHBOUR), MdnsTalker.listen(t)]
  await untilHeard(talker, heard, { name: nameOf(1), port: 7 })
  const name = `${discovery.name}.${SERVICE}`
  const isAbout = ({ answers: [answer, ...more] }: MdnsPacket, type: string): boolean => answer?.name === name && answer.type === type && more.length === 0
  await talker.ask(Array.from({ length: 150 }, () => ({ name, type: 'SRV' })))
  await talker.ask([{ name, type: 'TXT' }])
  await until('the last one is answered', () => listener.heard.some(packet => isAbout(packet, 'TXT')), () => listener.heard.length)
  t.equal(listener.heard.filter(packet => isAbout(packet, 'SRV')).length, 1)
})

t.test('of what a packet asks and says so much is left as can be dealt with', async t => {
  const records = (): MdnsPacket['answers'] => Array.from({ length: 4_000 }, () => ({ name: SERVICE, type: 'PTR', ttl: 60, data: SERVICE }))
  const packet: MdnsPacket = {
    questions: Array.from({ length: 10_000 }, (_, i) => ({ name: i % 3 === 0 ? SERVICE : SERVICE.toUpperCase(), type: i % 2 === 0 ? 'PTR' : 'ANY' })),
    answers: records(), authorities: records(), additionals: records()
  }
  boundPacket(packet)
  t.equal(packet.questions.length, 2)
  t.same([packet.answers, packet.authorities, packet.additionals].map(({ length }) => length), [64, 64, 64])
})
