import { randomBytes } from 'node:crypto'
import { Client } from 'blind-relay'
import type DHT from 'hyperdht'
import t from 'tap'
import { Relaying } from '../../shared/network/relaying.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

t.test('who asks for more connections to be carried than a node needs is helped no more', async t => {
  const relaying = new Relaying({} as DHT, log)
  t.teardown(() => relaying.close())
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  relaying.accept(one)
  const client = new Client(other, { id: other.publicKey })
  client.on('error', () => {})
  for (let i = 0; i < 64; i++) client._pair.send({ isInitiator: true, token: randomBytes(32), id: i + 1, seq: 0 })
  t.notOk(client.closed)
  client._pair.send({ isInitiator: true, token: randomBytes(32), id: 65, seq: 0 })
  await until('it is helped no more', () => client.closed)
})

t.test('both sides of a connection are not one node', async t => {
  const made: object[] = []
  const createRawStream = (): object => {
    made.push({})
    return made.at(-1)!
  }
  const relaying = new Relaying({ createRawStream } as unknown as DHT, log)
  t.teardown(() => relaying.close())
  const { one, other } = await linkedStreams(t)
  await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
  relaying.accept(one)
  const client = new Client(other, { id: other.publicKey })
  client.on('error', () => {})
  const token = randomBytes(32)
  for (const isInitiator of [true, false]) client._pair.send({ isInitiator, token, id: 1, seq: 0 })
  for (let i = 0; i < 65; i++) client._pair.send({ isInitiator: true, token: randomBytes(32), id: i + 2, seq: 0 })
  await until('it has heard all', () => client.closed)
  t.equal(made.length, 0)
})
