import { EventEmitter } from 'node:events'
import DHT from 'hyperdht'
import type { Connection, PeerInfo } from 'hyperswarm'
import t from 'tap'
import { INBOUND, Places, RESERVED } from '../../shared/network/places.ts'
import { CalledSwarm } from '../support/called-swarm.ts'
import { until } from '../support/until.ts'

/** Places that are short: whoever has one is good for something, or nobody is. */
class Stage {
  areUseful = true
  #given = new Map<unknown, number>()
  #hosts = new Map<unknown, string>()
  #places = new Places({
    isUseful: () => this.areUseful,
    givenBy: connection => this.#given.get(connection) ?? 0,
    hostOf: connection => this.#hosts.get(connection) ?? null,
    forget: () => {}
  })

  /** Who has given so much comes; null: it was not let in. */
  come (given: number, host: string | null = null): Comer | null {
    const comer = new Comer()
    this.#given.set(comer, given)
    if (host !== null) this.#hosts.set(comer, host)
    return this.#places.take(comer as unknown as Connection, { ban: () => {} } as unknown as PeerInfo, false) ? comer : null
  }

  give (comer: Comer, given: number): void { this.#given.set(comer, given) }

  close (): void { this.#places.close() }
}

class Comer extends EventEmitter {
  isIn = true
  rawBytesRead = 1
  destroy (): void {
    this.isIn = false
    this.emit('close')
  }
}

function openStage (end: { teardown (close: () => void): void }): Stage {
  const stage = new Stage()
  end.teardown(() => stage.close())
  return stage
}

t.test('for those who have given there are places that strangers do not get', async t => {
  const stage = openStage(t)
  const strangers = Array.from({ length: INBOUND }, () => stage.come(0))
  t.equal(stage.come(0), null)
  const givers = Array.from({ length: RESERVED }, (_, i) => stage.come(10 + i))
  t.ok([...strangers, ...givers].every(comer => comer?.isIn))
  t.equal(stage.come(1), null, 'when these are full, too, less than all have given is not enough')
  const better = stage.come(100)
  t.ok(better?.isIn)
  t.same(strangers.map(comer => comer!.isIn).indexOf(false), 0, 'a stranger makes room, who has been there longest')
  t.ok(givers.every(comer => comer!.isIn))
})

t.test('of one address many come only when they have given something', async t => {
  const stage = openStage(t)
  const comers = Array.from({ length: 40 }, () => stage.come(0, '192.0.2.1'))
  t.equal(comers.filter(comer => comer !== null).length, 32)
  t.ok(stage.come(5, '192.0.2.1'))
})

t.test('at an address that many have come from, one that is good for nothing makes room', async t => {
  const clock = { ms: 1_000_000 }
  t.intercept(performance, 'now', { value: () => clock.ms })
  const stage = openStage(t)
  const comers = Array.from({ length: 32 }, () => stage.come(0, '192.0.2.1'))
  clock.ms += 10_000
  t.equal(stage.come(0, '192.0.2.1'), null)
  stage.areUseful = false
  t.ok(stage.come(0, '192.0.2.1')?.isIn)
  t.equal(comers.filter(comer => comer!.isIn).length, 31)
})

t.test('who begins to give leaves its place to others', async t => {
  const stage = openStage(t)
  const strangers = Array.from({ length: INBOUND }, () => stage.come(0))
  t.equal(stage.come(0), null)
  stage.give(strangers[7]!, 1)
  t.ok(stage.come(0))
  t.equal(stage.come(0), null)
})

t.test('who has given, and says nothing, may be another: its place is not kept', async t => {
  const clock = { ms: 1_000_000 }
  t.intercept(performance, 'now', { value: () => clock.ms })
  const stage = openStage(t)
  for (let i = 0; i < INBOUND; i++) stage.come(0)
  for (let i = 0; i < RESERVED; i++) stage.come(5)!.rawBytesRead = 0
  t.equal(stage.come(1), null, 'at first it may be on its way')
  clock.ms += 10_000
  t.ok(stage.come(1)?.isIn)
})

t.test('who had to make room is known no longer than it stays away', async t => {
  let aheadMs = 0
  const now = performance.now.bind(performance)
  t.intercept(performance, 'now', { value: () => now() + aheadMs })
  const called = await CalledSwarm.open(t, swarm => {
    const places = new Places<PeerInfo>({ isUseful: () => false, givenBy: () => 0, hostOf: () => null, forget: known => swarm._maybeDeletePeer(known) })
    t.teardown(() => places.close())
    swarm.on('connection', (connection, known) => { if (!places.take(connection, known, false)) connection.destroy() })
  })
  const { swarm } = called
  const stranger = called.node()
  const come = async (): Promise<void> => await called.say(stranger, called.callOf(DHT.keyPair(), {}))
  for (let i = 0; i < INBOUND; i++) await come()
  await until('all places are taken', () => swarm.connections.size === INBOUND)
  aheadMs += 10_000
  for (let i = 0; i < 10; i++) await come()
  await until('some have made room', () => swarm.connections.size === INBOUND && swarm.peers.size === INBOUND + 10)
  aheadMs += 6 * 60_000
  await until('they are forgotten', () => swarm.peers.size === INBOUND)
  for (const connection of [...swarm.connections]) connection.destroy()
  await until('nobody is known', () => swarm.peers.size === 0)
})
