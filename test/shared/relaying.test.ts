import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { Client, type RelayFirewall } from 'blind-relay'
import type DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import t, { type Test } from 'tap'
import { Relaying } from '../../shared/network/relaying.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

/** A node, and some that ask it to carry connections. */
async function asking (t: Test, dht: object, count: number): Promise<Client[]> {
  const relaying = new Relaying(dht as DHT, log)
  t.teardown(() => relaying.close())
  return await Promise.all(Array.from({ length: count }, async () => (await join(t, relaying)).client))
}

/** `connection`: the side of the node that is asked. */
async function join (t: Test, relaying: Relaying): Promise<{ client: Client, connection: Connection }> {
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  relaying.accept(one)
  const client = new Client(other, { id: other.publicKey })
  client.on('error', () => {})
  return { client, connection: one }
}

/** For connections whose other side nobody asks for. */
function askFor (client: Client, count: number): void {
  for (let id = 1; id <= count; id++) client._pair.send({ isInitiator: true, token: randomBytes(32), id, seq: 0 })
}

t.test('who asks for more connections to be carried than a node needs is helped no more', async t => {
  const [client] = await asking(t, {}, 1) as [Client]
  askFor(client, 65)
  await until('it is helped no more', () => client.closed)
})

t.test('who asks for nothing keeps nobody from being helped, and who leaves makes room', async t => {
  let made = 0
  const createRawStream = (): object => Object.assign(new EventEmitter(), { id: ++made, relayTo: () => {}, destroy: () => {} })
  const relaying = new Relaying({ createRawStream } as unknown as DHT, log)
  t.teardown(() => relaying.close())
  const idle = await Promise.all(Array.from({ length: 5 }, () => join(t, relaying)))
  const asking = await Promise.all(Array.from({ length: 65 }, () => join(t, relaying)))
  for (const { client } of asking) askFor(client, 1)
  // Which one that is, the network decides.
  await until('one is too many', () => asking.filter(({ client }) => client.closed).length === 1)

  const [leaving, staying] = asking.filter(({ client }) => !client.closed)
  const left = once(leaving!.connection, 'close')
  leaving!.connection.destroy()
  await left
  const token = randomBytes(32)
  staying!.client._pair.send({ isInitiator: true, token, id: 1, seq: 0 })
  idle[0]!.client._pair.send({ isInitiator: false, token, id: 1, seq: 0 })
  await until('one more is helped', () => made === 2)
  t.match(asking.filter(({ client }) => client.closed && client !== leaving!.client), { length: 1 }, 'and no other was let go of')
})

t.test('who waits and is not helped keeps no place from who comes later', async t => {
  let made = 0
  const createRawStream = (): object => Object.assign(new EventEmitter(), { id: ++made, relayTo: () => {}, destroy: () => {} })
  const relaying = new Relaying({ createRawStream } as unknown as DHT, log)
  t.teardown(() => relaying.close())
  const pair = async (): Promise<Client[]> => {
    const clients = [(await join(t, relaying)).client, (await join(t, relaying)).client]
    const token = randomBytes(32)
    const before = made
    for (const [i, client] of clients.entries()) client._pair.send({ isInitiator: i === 0, token, id: 1, seq: 0 })
    await until('they are helped', () => made === before + 2)
    return clients
  }
  const helped = await pair()
  const waiting: Client[] = []
  for (let i = 0; i < 62; i++) {
    const { client } = await join(t, relaying)
    askFor(client, 1)
    waiting.push(client)
  }
  // All places are taken now, as far as it was heard.
  helped.push(...await pair())
  helped.push(...await pair())
  t.notOk(helped.some(({ closed }) => closed), 'who is helped stays')
  t.ok(waiting.some(({ closed }) => closed))
})

t.test('both sides of a connection are not one node', async t => {
  let made = 0
  const [client] = await asking(t, { createRawStream: () => ({ id: ++made }) }, 1) as [Client]
  const token = randomBytes(32)
  for (const isInitiator of [true, false]) client._pair.send({ isInitiator, token, id: 1, seq: 0 })
  askFor(client, 65)
  await until('it has heard all', () => client.closed)
  t.equal(made, 0)
})

t.test('a forged packet without a port connects nothing that is carried', async t => {
  const refuses: boolean[] = []
  const createRawStream = ({ firewall }: { firewall: RelayFirewall }): object => {
    refuses.push(...[0, 65_536].map(port => firewall({}, port, '127.0.0.1')))
    return Object.assign(new EventEmitter(), { id: 1, relayTo: () => {}, destroy: () => {} })
  }
  const [one, other] = await asking(t, { createRawStream }, 2) as [Client, Client]
  const token = randomBytes(32)
  one._pair.send({ isInitiator: true, token, id: 1, seq: 0 })
  other._pair.send({ isInitiator: false, token, id: 1, seq: 0 })
  await until('both sides have a stream', () => refuses.length === 4)
  t.notOk(refuses.includes(false))
})
