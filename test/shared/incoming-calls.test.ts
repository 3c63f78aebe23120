import t from 'tap'
import { CALLS, CALLS_PER_HOST, CALLS_PER_KEY, IncomingCalls } from '../../shared/network/incoming-calls.ts'

const KEPT_MS = 10_000
const HERE = '127.0.0.1'

class Stage {
  nowMs = 0
  #proven: string[]
  #calls: IncomingCalls
  #keys = 0

  constructor (proven: string[] = []) {
    this.#proven = proven
    this.#calls = new IncomingCalls(key => this.#proven.includes(key), () => this.nowMs)
  }

  answers (key: string, host: string): boolean { return this.#calls.answers({ key, host }) }

  /** Each with a key of its own; gives how many were answered. */
  flood (calls: number, hostOf: (call: number) => string): number {
    return Array.from({ length: calls }, (_, call) => this.answers(`stranger ${this.#keys++}`, hostOf(call))).filter(Boolean).length
  }
}

t.test('strangers are answered only so often, from wherever they call, and proven peers still are', async t => {
  const stage = new Stage(['proven'])
  t.equal(stage.flood(2 * CALLS, call => `192.0.2.${call % 256}`), CALLS)
  t.notOk(stage.answers('late', '198.51.100.1'))
  t.ok(stage.answers('proven', '192.0.2.1'))
  stage.nowMs += KEPT_MS
  t.ok(stage.answers('late', '198.51.100.1'), 'once those before are forgotten')
})

t.test('one address is answered only so often', async t => {
  const stage = new Stage(['proven'])
  t.equal(stage.flood(2 * CALLS_PER_HOST, () => '192.0.2.1'), CALLS_PER_HOST)
  t.ok(stage.answers('elsewhere', '192.0.2.2'), 'and all others as before')
  t.ok(stage.answers('proven', '192.0.2.1'))
  t.equal(stage.flood(2 * CALLS_PER_HOST, () => HERE), 2 * CALLS_PER_HOST, 'on this machine many nodes share one')
})

t.test('one node is answered only so often, even a proven one', async t => {
  const stage = new Stage(['proven'])
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
    answered += stage.flood(1, () => '192.0.2.1')
    stage.nowMs += KEPT_MS / (2 * CALLS_PER_HOST)
  }
  t.equal(answered, 3 * CALLS_PER_HOST)
})
