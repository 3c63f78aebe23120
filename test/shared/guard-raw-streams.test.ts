import type { EventEmitter } from 'node:events'
import DHT, { type HostPort, type RawStream } from 'hyperdht'
import type { KeyPair } from 'hypercore'
import NoiseWrap, { type HandshakePayload } from 'hyperdht/lib/noise-wrap.js'
import t, { type Test } from 'tap'
import { guardRawStreams } from '../../shared/network/guard-raw-streams.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const OPEN = 1
const HERE = '127.0.0.1'

/** What of HyperDHT 6.34 only a test needs. */
interface Inner {
  readonly io: { readonly serverSocket: object }
  createServer (): { listen (keyPair: KeyPair): Promise<void>, _onpeerhandshake: (call: { noise: Buffer }) => Promise<object> }
}

async function openGuarded (t: Test): Promise<{ dht: DHT & Inner, bootstrap: HostPort[] }> {
  const { bootstrap } = await testNetwork(t)
  const dht = new DHT({ bootstrap: bootstrap!, host: HERE, firewalled: false })
  t.teardown(() => dht.destroy({ force: true }))
  await dht.fullyBootstrapped()
  guardRawStreams(dht)
  return { dht: dht as DHT & Inner, bootstrap: bootstrap! }
}

async function endOf (stream: EventEmitter): Promise<void> {
  stream.on('error', () => {})
  await new Promise(resolve => stream.once('close', resolve))
}

t.test('a stream that can not be connected so ends, and nothing else', async t => {
  const { dht } = await openGuarded(t)
  const { serverSocket } = dht.io
  const wrong: [string, (stream: RawStream) => unknown][] = [
    ['no port', stream => stream.connect(serverSocket, 1, 0, HERE)],
    ['no address', stream => stream.connect(serverSocket, 1, 1, 'somewhere')],
    ['connected twice', stream => [1, 2].map(id => stream.connect(serverSocket, id, 1, HERE))],
    ['changed before it is connected', stream => stream.changeRemote(serverSocket, 1, 1, HERE)]
  ]
  for (const [name, connect] of wrong) {
    const stream = dht.createRawStream({ framed: true })
    const ended = endOf(stream)
    await connect(stream)
    await ended
    t.pass(name)
  }
})

t.test('who is called and names no port ends the call alone', async t => {
  const { dht, bootstrap } = await openGuarded(t)
  const stranger = new DHT({ bootstrap, host: HERE, firewalled: false }) as DHT & Inner
  t.teardown(() => stranger.destroy({ force: true }))
  const keyPair = DHT.keyPair()
  const server = stranger.createServer()
  server._onpeerhandshake = async ({ noise }) => {
    const handshake = new NoiseWrap(keyPair, null as unknown as Buffer)
    handshake.recv(noise)
    // Where nobody can be: nothing is ever sent there.
    const answer = { error: 0, firewall: OPEN, holepunch: null, addresses4: [{ host: '9.9.9.9', port: 0 }], udx: { reusableSocket: false, id: 5, seq: 0 }, secretStream: {} }
    return { socket: null, noise: handshake.send(answer as HandshakePayload) }
  }
  await server.listen(keyPair)
  const streams: (RawStream & { destroying?: boolean })[] = []
  const create = dht.createRawStream.bind(dht)
  dht.createRawStream = options => {
    streams.push(create(options))
    return streams.at(-1)!
  }
  dht.connect(keyPair.publicKey).on('error', () => {})
  await until('its stream has ended', () => streams[0]?.destroying)
  t.pass()
})
