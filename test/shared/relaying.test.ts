import { randomBytes } from 'node:crypto'
import { Client } from 'blind-relay'
import type DHT from 'hyperdht'
import t, { type Test } from 'tap'
import { Relaying } from '../../shared/network/relaying.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

/** A node, and one that asks it to carry connections. */
async function asking (t: Test, dht: object): Promise<Client> {
  const relaying = new Relaying(dht as DHT, log)
  t.teardown(() => relaying.close())
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  relaying.accept(one)
  const client = new Client(other, { id: other.publicKey })
  client.on('error', () => {})
  return client
}

/** For connections whose other side nobody asks for. */
function askFor (client: Client, count: number): void {
  for (let id = 1; id <= count; id++) client._pair.send({ isInitiator: true, token: randomBytes(32), id, seq: 0 })
}

t.test('who asks for more connections to be carried than a node needs is helped no more', async t => {
  const client = await asking(t, {})
  askFor(client, 65)
  await until('it is helped no more', () => client.closed)
})

t.test('both sides of a connection are not one node', async t => {
  let made = 0
  const client = await asking(t, { createRawStream: () => ({ id: ++made }) })
  const token = randomBytes(32)
  for (const isInitiator of [true, false]) client._pair.send({ isInitiator, token, id: 1, seq: 0 })
  askFor(client, 65)
  await until('it has heard all', () => client.closed)
  t.equal(made, 0)
})
