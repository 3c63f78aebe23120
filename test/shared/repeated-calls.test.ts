import { once } from 'node:events'
import type SecretStream from '@hyperswarm/secret-stream'
import type { KeyPair } from 'hypercore'
import DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import t from 'tap'
import { Calls } from '../../shared/network/calls.ts'
import { HeardCalls } from '../../shared/network/heard-calls.ts'
import { holdUnheard } from '../../shared/network/unheard-connections.ts'
import { CalledSwarm } from '../support/called-swarm.ts'
import { until } from '../support/until.ts'

/** An honest node has called, and has said something. */
async function connected (called: CalledSwarm, keyPair: KeyPair): Promise<void> {
  const connection = await called.call(called.node(), keyPair)
  connection.write(Buffer.from('hello'))
  await until('it was heard', () => connectionsOf(called, keyPair).some(({ rawBytesRead }) => rawBytesRead > 0))
}

function connectionsOf ({ swarm }: CalledSwarm, { publicKey }: KeyPair): Connection[] {
  return [...swarm.connections].filter(({ remotePublicKey }) => remotePublicKey.equals(publicKey))
}

/** It shows that it is there, and says nothing. */
function keepAlive (connection: Connection, everyMs: number): void { (connection as unknown as SecretStream).setKeepAlive(everyMs) }

/** Counts the connections that come about, whatever becomes of them. */
function counted ({ swarm: { server } }: CalledSwarm): { readonly count: number } {
  const counter = { count: 0 }
  const onConnection = server.onconnection.bind(server)
  server.onconnection = connection => {
    counter.count++
    onConnection(connection)
  }
  return counter
}

t.test('a call that somebody says again is not answered, also by who was a stranger the first time', async t => {
  const proven = new Set<string>()
  const parts = { relays: () => [], budgets: { of: () => {} }, proven: { givenBy: (key: string) => proven.has(key) ? 1 : 0 }, isLocal: true }
  const called = await CalledSwarm.open(t, (swarm, dht) => new Calls({ ...parts, dht }).use(swarm))
  const honest = DHT.keyPair()
  await connected(called, honest)
  const counter = counted(called)
  const [before] = connectionsOf(called, honest)
  const stranger = called.node()
  const [call] = called.calls as [Buffer]
  for (let i = 0; i < 3; i++) {
    await called.forgotten()
    await called.say(stranger, call)
    proven.add((honest.publicKey as Buffer).toString('hex'))
  }
  await called.forgotten()
  t.same([counter.count, before!.destroyed], [0, false])
  await connected(called, DHT.keyPair())
})

t.test('by a connection by which nothing has come no other one is ended', async t => {
  const called = await CalledSwarm.open(t, swarm => holdUnheard(swarm))
  const honest = DHT.keyPair()
  await connected(called, honest)
  const counter = counted(called)
  const [before] = connectionsOf(called, honest)
  await called.forgotten()
  await called.say(called.node(), called.calls[0]!)
  await until('it seems to have called again', () => counter.count === 1)
  await called.forgotten()
  t.same(connectionsOf(called, honest), [before])
  t.notOk(before!.destroying)

  await connected(called, honest)
  await until('who calls again, as after a fall, is let in', () => {
    const [now, ...others] = connectionsOf(called, honest)
    return now && now !== before && others.length === 0 && now.rawBytesRead > 0
  })
})

t.test('who is connected can keep few more connections, and by which nothing comes none for long', async t => {
  const PATIENCE_MS = 1_000
  const called = await CalledSwarm.open(t, swarm => holdUnheard(swarm, PATIENCE_MS))
  const stranger = DHT.keyPair()
  await connected(called, stranger)
  const silent: Connection[] = []
  for (let i = 0; i < 6; i++) {
    silent.push(await called.call(called.node(), stranger))
    keepAlive(silent.at(-1)!, PATIENCE_MS / 10)
  }
  await until('most have made room for the next', () => silent.filter(({ destroyed }) => !destroyed).length <= 2)
  await until('the last are held no more', () => silent.every(({ destroyed }) => destroyed))
  t.match(connectionsOf(called, stranger), { length: 1 })
})

t.test('a connection by which nothing has come keeps nobody out', async t => {
  const honest = DHT.keyPair()
  let keyPair = DHT.keyPair()
  // Of these two, Hyperswarm keeps a connection that was made by the called node, or was there before.
  while (Buffer.compare(keyPair.publicKey as Buffer, honest.publicKey as Buffer) < 0) keyPair = DHT.keyPair()
  const called = await CalledSwarm.open(t, swarm => holdUnheard(swarm), { keyPair })
  await called.say(called.node(), called.callOf(honest, {}))
  await until('it seems to have called', () => connectionsOf(called, honest).length === 1)
  const [ghost] = connectionsOf(called, honest) as [Connection]
  const closed = once(ghost, 'close')
  await connected(called, honest)
  await closed
  t.match(connectionsOf(called, honest), { length: 1 })
})

t.test('as many calls of strangers as there may be push out none of a peer that has given something', async t => {
  const heard = new HeardCalls()
  heard.add('given', true)
  for (let i = 0; i < 70_000; i++) heard.add(`stranger ${i}`, false)
  t.same(['given', 'stranger 0', 'stranger 10000', 'stranger 69999'].map(id => heard.has(id)), [true, false, true, true])
})
