import DHT from 'hyperdht'
import t, { type Test } from 'tap'
import { type Arrival, watchArrivals } from '../../shared/network/arrivals.ts'
import { Calls } from '../../shared/network/calls.ts'
import { CALLS } from '../../shared/network/incoming-calls.ts'
import { KNOWN_RELAYS, RelayCalls, UNKNOWN_RELAYS } from '../../shared/network/relay-calls.ts'
import { CalledSwarm, FROM_SECOND_RELAY } from '../support/called-swarm.ts'
import { until } from '../support/until.ts'

const OPEN = 1
const [TOKEN, ELSEWHERE] = [Buffer.alloc(32, 1), { host: '127.3.2.1', port: 9 }]

interface Screened {
  called: CalledSwarm
  stranger: DHT
  /** How many calls were answered. */
  answered: () => number
  /** Calls of relays. */
  relays: Uint8Array[]
  /** Somebody makes up that it passes on a call. */
  forge: (payload?: Parameters<CalledSwarm['callOf']>[1]) => Promise<void>
}

async function screened (t: Test, firewalled: boolean): Promise<Screened> {
  const relays: Uint8Array[] = []
  let count = 0
  const called = await CalledSwarm.open(t, (swarm, dht) => {
    const connect = dht.connect.bind(dht)
    dht.connect = (key, options) => {
      relays.push(key)
      return connect(key, options)
    }
    new Calls({ dht, relays: () => [], budgets: { of: () => {} }, proven: { givenBy: () => 0 }, isLocal: true }).use(swarm)
    const { server } = swarm
    const refuses = server.firewall
    server.firewall = (...call) => {
      const isRefused = refuses(...call)
      if (!isRefused) count++
      return isRefused
    }
  }, { firewalled })
  const stranger = called.node()
  const forge = async (payload = {}): Promise<void> => {
    await called.say(stranger, called.callOf(DHT.keyPair(), payload), { mode: FROM_SECOND_RELAY, peerAddress: ELSEWHERE, relayAddress: ELSEWHERE })
  }
  return { called, stranger, answered: () => count, relays, forge }
}

t.test('how a call has come is known, whatever it says of that itself', async t => {
  const arrivals: (Arrival | null)[] = []
  const called = await CalledSwarm.open(t, ({ server }) => {
    const arrivalOf = watchArrivals(server)
    server.firewall = (_, call) => {
      arrivals.push(arrivalOf(call!))
      return false
    }
  }, { firewalled: true })
  const node = called.node()
  await node.fullyBootstrapped()
  const own = { host: '127.0.0.1', port: node.address().port }

  await called.say(node, called.callOf(DHT.keyPair(), {}))
  await until('it has come', () => arrivals.length === 1)
  t.match(arrivals[0], { passedOnBy: null })
  await called.say(node, called.callOf(DHT.keyPair(), {}), { mode: FROM_SECOND_RELAY, peerAddress: ELSEWHERE, relayAddress: ELSEWHERE })
  await until('it has come', () => arrivals.length === 2)
  t.match(arrivals[1], { passedOnBy: own, isOfOwnRelay: false })
  // To a node behind a firewall the DHT passes it on.
  await called.call(node, DHT.keyPair())
  t.match(arrivals[2], { isOfOwnRelay: true })
  t.not(arrivals[2]!.passedOnBy!.port, own.port)
  t.equal(new Set(arrivals.map(arrival => arrival?.id)).size, 3)
})

t.test('forged calls keep out nobody who calls', async t => {
  const { called, stranger, answered, forge } = await screened(t, false)
  for (let i = 0; i < CALLS.other.calls + 20; i++) await forge()
  await until('as many as may be were answered', () => answered() === CALLS.other.calls)
  await called.call(stranger, DHT.keyPair())
  t.equal(answered(), CALLS.other.calls + 1, 'by way of the DHT')
  await called.say(stranger, called.callOf(DHT.keyPair(), {}))
  await until('who calls straight is answered', () => answered() === CALLS.other.calls + 2)
})

t.test('behind a firewall forged calls make few sockets, and keep out nobody whose call the DHT passes on', async t => {
  const { called, stranger, answered, forge } = await screened(t, true)
  for (let i = 0; i < CALLS.other.punched + 20; i++) await forge()
  await until('as many as may be were answered', () => answered() === CALLS.other.punched)
  await forge({ firewall: OPEN })
  await until('one that needs no socket is answered', () => answered() === CALLS.other.punched + 1)
  await called.call(stranger, DHT.keyPair())
})

t.test('relays of strangers are called only so often', async t => {
  const { answered, relays, forge } = await screened(t, true)
  const relayThrough = (): { publicKey: Buffer, token: Buffer } => ({ publicKey: DHT.keyPair().publicKey as Buffer, token: TOKEN })
  for (let i = 0; i < 3 * UNKNOWN_RELAYS; i++) await forge({ relayThrough: relayThrough() })
  await until('they are answered', () => answered() === 3 * UNKNOWN_RELAYS)
  await forge()
  await until('another one is dealt with', () => answered() === 3 * UNKNOWN_RELAYS + 1)
  await until('relays are called', () => relays.length >= UNKNOWN_RELAYS)
  t.equal(relays.length, UNKNOWN_RELAYS)
})

t.test('relays are called again after a while, and those that are known oftener', async t => {
  const clock = { ms: 0 }
  const calls = new RelayCalls(() => clock.ms)
  const followed = (isKnown: boolean): number => Array.from({ length: 100 }, () => calls.isFollowed(isKnown)).filter(Boolean).length
  t.same([followed(false), followed(true)], [UNKNOWN_RELAYS, KNOWN_RELAYS])
  clock.ms += 14_999
  t.equal(followed(false), 0)
  clock.ms++
  t.equal(followed(false), UNKNOWN_RELAYS)
})
