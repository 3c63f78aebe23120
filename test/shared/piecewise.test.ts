import { randomBytes } from 'node:crypto'
import DHT from 'hyperdht'
import Hyperswarm, { type Connection } from 'hyperswarm'
import t, { type Test } from 'tap'
import { Piecewise } from '../../shared/network/spreading/piecewise.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const PIECE = 10_000

/** Two ends of a connection; what is written to the first goes in pieces. */
async function connect (t: Test): Promise<{ near: Connection, far: Connection, pieces: Piecewise, written: number[] }> {
  const { bootstrap } = await testNetwork(t)
  const topic = randomBytes(32)
  const open = async (options: { server: boolean, client: boolean }): Promise<{ connected: Promise<Connection> }> => {
    const swarm = new Hyperswarm({ dht: new DHT({ bootstrap: bootstrap!, host: '127.0.0.1', firewalled: false }) })
    t.teardown(() => swarm.destroy())
    const connected = new Promise<Connection>(resolve => swarm.once('connection', resolve))
    await swarm.join(topic, options).flushed()
    return { connected }
  }
  const server = await open({ server: true, client: false })
  const client = await open({ server: false, client: true })
  const [near, far] = [await client.connected, await server.connected]
  for (const connection of [near, far]) connection.on('error', () => {})
  const written: number[] = []
  const pieces = new Piecewise(near.rawStream!, { pieceBytes: () => PIECE, onWaiting: () => {}, onWritten: bytes => written.push(bytes) })
  return { near, far, pieces, written }
}

t.test('what is large goes in pieces, each when it is let go, and comes whole and in order', async t => {
  const { near, far, pieces, written } = await connect(t)
  const came: Buffer[] = []
  far.on('data', (chunk: Buffer) => came.push(chunk))
  const sent = [randomBytes(65_536), randomBytes(100), randomBytes(30_000)]
  for (const buffer of sent) near.write(buffer)
  await until('it waits', () => pieces.waitingBytes > 65_536)
  t.same(written, [], 'nothing has gone')
  let letGo = 0
  await until('all has gone', () => {
    for (; pieces.nextBytes > 0; letGo++) pieces.writeNext()
    return Buffer.concat(came).byteLength === 95_636
  })
  t.ok(Buffer.concat(came).equals(Buffer.concat(sent)))
  t.equal(letGo, written.length)
  t.ok(written.every(bytes => bytes <= PIECE), 'pieces', { written })
})

t.test('a message does not wait', async t => {
  const { near, far } = await connect(t)
  const came = new Promise<Buffer>(resolve => far.once('data', resolve))
  near.write(Buffer.from('hello'))
  t.equal((await came).toString(), 'hello')
})

t.test('a connection ends while pieces wait', async t => {
  const { near, pieces } = await connect(t)
  near.write(randomBytes(65_536))
  await until('it waits', () => pieces.waitingBytes > 0)
  const closed = new Promise<void>(resolve => near.once('close', resolve))
  near.destroy()
  await closed
  t.equal(pieces.waitingBytes, 0)
})
