import t from 'tap'
import type { Arrival } from '../../shared/network/arrivals.ts'
import { CALLS, CALLS_PER_HOST, CALLS_PER_KEY, IncomingCalls, type Way } from '../../shared/network/incoming-calls.ts'
import { OwnHosts } from '../../shared/network/own-hosts.ts'

const KEPT_MS = 10_000
const HERE = '127.0.0.1'
const WAYS = ['straight', 'announced', 'other'] as const

interface Flood {
  way?: Way
  hostOf?: (call: number) => string
  /** By whom a call was passed on. */
  nodeOf?: (call: number) => { host: string, port: number }
  isPunched?: boolean
}

class Stage {
  nowMs = 0
  #proven: string[]
  #calls: IncomingCalls
  #keys = 0

  constructor (proven: string[] = [], isLocal = false) {
    this.#proven = proven
    this.#calls = new IncomingCalls(key => this.#proven.includes(key), isLocal, () => this.nowMs)
  }

  answers (key: string, host: string, arrival: Arrival = { id: '', passedOnBy: null, isOfOwnRelay: false }, isPunched = false): boolean {
    return this.#calls.answers({ key, host, arrival, isPunched })
  }

  /** Each with a key of its own, and if not told otherwise from an address, and by a node, of its own; gives how many were answered. */
  flood (calls: number, { way = 'straight', hostOf = spread, nodeOf = call => ({ host: spread(call), port: 1 }), isPunched = false }: Flood = {}): number {
    const arrivalOf = (call: number): Arrival => ({ id: '', passedOnBy: way === 'straight' ? null : nodeOf(call), isOfOwnRelay: way === 'announced' })
    return Array.from({ length: calls }, (_, call) => this.answers(`stranger ${this.#keys++}`, hostOf(call), arrivalOf(call), isPunched)).filter(Boolean).length
  }
}

function spread (call: number): string { return `198.18.${call >> 8}.${call & 255}` }

t.test('strangers are answered only so often, from wherever they call, and proven peers still are', async t => {
  const stage = new Stage(['proven'])
  t.equal(stage.flood(2_000), CALLS.straight.calls)
  t.notOk(stage.answers('late', '198.51.100.1'))
  t.ok(stage.answers('proven', '192.0.2.1'))
  stage.nowMs += KEPT_MS
  t.ok(stage.answers('late', '198.51.100.1'), 'once those before are forgotten')
})

t.test('no way for a call to come is shut by calls that come by another one, and all together are bounded', async t => {
  for (const open of WAYS) {
    const stage = new Stage()
    for (const way of WAYS) if (way !== open) stage.flood(2_000, { way })
    t.equal(stage.flood(2_000, { way: open }), CALLS[open].calls)
  }
  const stage = new Stage()
  t.equal(WAYS.reduce((sum, way) => sum + stage.flood(2_000, { way }), 0), 1_024)
})

t.test('one address is answered only so often', async t => {
  const stage = new Stage(['proven'])
  const hostOf = (): string => '192.0.2.1'
  t.equal(stage.flood(2 * CALLS_PER_HOST, { way: 'other', hostOf }), CALLS_PER_HOST)
  t.equal(stage.flood(2 * CALLS_PER_HOST, { hostOf }), CALLS_PER_HOST, 'whatever others have said that come from there')
  t.ok(stage.answers('elsewhere', '192.0.2.2'), 'and all others as before')
  t.ok(stage.answers('proven', '192.0.2.1'))
  t.equal(stage.flood(2 * CALLS_PER_HOST, { hostOf: () => HERE }), CALLS_PER_HOST, 'loopback is an address as any other')
  t.equal(new Stage([], true).flood(2 * CALLS_PER_HOST, { hostOf: () => HERE }), 2 * CALLS_PER_HOST, 'unless all share it')
})

t.test('one node that passes calls on is heard only so often', async t => {
  const stage = new Stage()
  const ofOneHost = (call: number): { host: string, port: number } => ({ host: '192.0.2.1', port: 1 + call })
  t.equal(stage.flood(1_000, { way: 'other', nodeOf: ofOneHost }), CALLS.other.perNode, 'whatever port it uses')
  t.equal(stage.flood(1_000, { way: 'announced', nodeOf: () => ofOneHost(0) }), CALLS.announced.perNode)
  t.equal(stage.flood(1, { way: 'announced', nodeOf: () => ofOneHost(1) }), 1)
})

t.test('fewer are answered for which a hole is made into the firewall', async t => {
  const stage = new Stage()
  for (const way of ['announced', 'other'] as const) {
    t.equal(stage.flood(1_000, { way, isPunched: true }), CALLS[way].punched)
    t.ok(stage.flood(1, { way }), 'others are answered')
  }
})

t.test('one node is answered only so often, even a proven one', async t => {
  const stage = new Stage(['proven'], true)
  for (const key of ['proven', 'stranger']) {
    t.equal(Array.from({ length: 100 }, () => stage.answers(key, HERE)).filter(Boolean).length, CALLS_PER_KEY)
  }
  stage.nowMs += KEPT_MS - 1
  t.notOk(stage.answers('stranger', HERE))
  stage.nowMs++
  t.ok(stage.answers('stranger', HERE))
})

t.test('who calls on and on is answered at the rate of the limit', async t => {
  const stage = new Stage()
  let answered = 0
  for (let call = 0; call < 6 * CALLS_PER_HOST; call++) {
    answered += stage.flood(1, { hostOf: () => '192.0.2.1' })
    stage.nowMs += KEPT_MS / (2 * CALLS_PER_HOST)
  }
  t.equal(answered, 3 * CALLS_PER_HOST)
})

t.test('nobody on another machine has heard a call from loopback', async t => {
  const own = new OwnHosts()
  t.notOk(own.canHear('192.0.2.1', HERE))
  t.ok(own.canHear('192.0.2.1', '192.0.2.2'))
  t.ok(own.canHear('127.0.0.1', '127.3.2.1'))
})
