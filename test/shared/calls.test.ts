import { EventEmitter } from 'node:events'
import DHT, { type CallOptions } from 'hyperdht'
import NoiseWrap, { type HandshakePayload } from 'hyperdht/lib/noise-wrap.js'
import type Hyperswarm from 'hyperswarm'
import t, { type Test } from 'tap'
import { Calls } from '../../shared/network/calls.ts'
import { CALLS_PER_KEY } from '../../shared/network/incoming-calls.ts'

const REST_MS = 15_000
const PAYLOAD = { error: 0, firewall: 0, holepunch: null, addresses4: [] } as HandshakePayload

class Call extends EventEmitter {
  rawBytesRead = 0
  isRelayed: boolean
  isDestroyed = false
  #options: CallOptions
  #called: ReturnType<typeof DHT.keyPair>

  constructor (options: CallOptions, called: ReturnType<typeof DHT.keyPair>) {
    super()
    this.isRelayed = !!options.relayThrough
    this.#options = options
    this.#called = called
  }

  /** Whoever is called answers by way of the DHT, and then nothing comes. */
  fail (): void {
    const here = this.#options.createHandshake!(this.#options.keyPair!, this.#called.publicKey as Buffer) as NoiseWrap
    const there = new NoiseWrap(this.#called, null as unknown as Buffer)
    there.recv(here.send(PAYLOAD))
    here.recv(there.send(PAYLOAD))
    this.emit('error', new Error('Could not connect'))
    this.emit('close')
  }

  destroy (): void {
    this.isDestroyed = true
    this.emit('close')
  }
}

interface Calling {
  calls: Calls
  made: Call[]
  clock: { ms: number }
  /** Waiting times, and what comes after them. */
  waits: { ms: number, end: () => void }[]
  call: () => Call
  relays: Buffer[]
  key: Buffer
  /** Another node calls from a port: whether it is refused. */
  refuses: (port: number) => boolean
  /** HyperDHT calls a relay by itself. */
  callRelay: () => unknown
  /** Calls whose messages are counted from the first one on. */
  budgeted: unknown[]
}

/** A node that calls another; the test says what becomes of the calls, and what time it is. */
function calling (t: Test): Calling {
  const [own, called] = [DHT.keyPair(), DHT.keyPair()]
  const key = called.publicKey as Buffer
  const [made, waits, relays, clock]: [Call[], Calling['waits'], Buffer[], { ms: number }] = [[], [], [DHT.keyPair().publicKey as Buffer], { ms: 1_000_000 }]
  t.intercept(performance, 'now', { value: () => clock.ms })
  t.intercept(globalThis, 'setTimeout', { value: (end: () => void, ms: number) => {
    waits.push({ ms, end })
    return { unref () { return this } }
  } })
  const dht = Object.assign(new EventEmitter(), {
    connect: (_key: Uint8Array, options: Partial<CallOptions> = {}) => {
      made.push(new Call(options as CallOptions, called))
      return made.at(-1)!
    }
  }) as unknown as DHT
  const budgeted: unknown[] = []
  const calls = new Calls({ dht, relays: () => relays, proven: { givenBy: () => 0 }, budgets: { of: call => budgeted.push(call) }, isLocal: true })
  const call = (): Call => dht.connect(key, { keyPair: own }) as unknown as Call
  const server = { firewall: () => false, onconnection: () => {}, _addHandshake: async () => {} } as unknown as Hyperswarm['server']
  calls.use({ server, connections: new Set(), joinPeer: call, leavePeer: () => {} } as unknown as Hyperswarm)
  return { calls, made, clock, waits, call, relays, key, budgeted, callRelay: () => dht.connect(relays[0]!), refuses: port => server.firewall(key, null, { host: '127.0.0.1', port }) }
}

t.test('who can not be reached is called directly and by way of a relay in turn', async t => {
  const { call } = calling(t)
  const relayed: boolean[] = []
  for (let i = 0; i < 5; i++) {
    const made = call()
    relayed.push(made.isRelayed)
    made.fail()
  }
  t.strictSame(relayed, [false, true, false, true, false])
})

t.test('from one call because of a relay to the next there is a rest', async t => {
  const { call, calls, clock, waits, made, relays } = calling(t)
  const first = call()
  clock.ms += 2_000
  first.fail()
  t.match(waits, [{ ms: REST_MS - 2_000 }], 'from when it was called')
  clock.ms += 1_000
  relays.push(DHT.keyPair().publicKey as Buffer)
  calls.relaysChanged()
  t.equal(waits.length, 1, 'that another relay is known does not make it shorter')
  clock.ms += REST_MS - 3_000
  waits[0]!.end()
  t.match(made, [{ isRelayed: false }, { isRelayed: true }])

  relays.push(DHT.keyPair().publicKey as Buffer)
  calls.relaysChanged()
  t.match(waits[1], { ms: REST_MS })
  clock.ms += 5_000
  call() // by Hyperswarm itself
  clock.ms += REST_MS - 5_000
  waits[1]!.end()
  t.equal(made.length, 3, 'which begins again with each call')
  t.match(waits[2], { ms: 5_000 })
})

t.test('who calls by way of a relay ends the silent calls to it, through a known relay alone, and not again and again', async t => {
  const { call, calls, clock, relays, key } = calling(t)
  const direct = call()
  calls.calledByRelay(key, DHT.keyPair().publicKey as Buffer)
  t.notOk(direct.isDestroyed)
  calls.calledByRelay(key, relays[0]!)
  t.ok(direct.isDestroyed)

  call().fail() // by way of the relay
  const again = call()
  clock.ms += REST_MS - 1
  calls.calledByRelay(key, relays[0]!)
  t.notOk(again.isDestroyed)
  clock.ms++
  calls.calledByRelay(key, relays[0]!)
  t.ok(again.isDestroyed)
})

t.test('a call from no port is refused, before anything is kept for it', async t => {
  const { refuses } = calling(t)
  t.same([0, 65_536, 1, 65_535].map(port => refuses(port)), [true, true, false, false])
})

t.test('a node that calls too often is refused', async t => {
  const { refuses } = calling(t)
  const answers = Array.from({ length: 2 * CALLS_PER_KEY }, () => !refuses(1))
  t.equal(answers.filter(Boolean).length, CALLS_PER_KEY)
})

t.test('what a relay says is counted, too, whoever has named it', async t => {
  const { callRelay, call, budgeted } = calling(t)
  const relay = callRelay()
  call()
  t.same(budgeted, [relay], 'others are counted once they are let in')
})
