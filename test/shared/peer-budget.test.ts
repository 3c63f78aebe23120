import t from 'tap'
import { isAppError } from '../../shared/errors.ts'
import { PeerBudget } from '../../shared/network/peer-budget.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** One connection, on a clock that is set by hand. */
class Stage {
  readonly broken: string[] = []
  #ms = 1_000
  #budget = new PeerBudget(what => this.broken.push(what), () => this.#ms)

  /** How many of these went through. */
  say (count: number, bytes: number, kind: 'isRequest' | 'isAnswer' | 'isPushed' | 'isOpening' | null = null, together = 1): number {
    let passed = 0
    for (let i = 0; i < count; i++) {
      if (i % together === 0) this.#budget.turn()
      try {
        this.#budget.message(bytes, () => { if (kind) this.#budget[kind]() })
        passed++
      } catch (error) {
        if (!isAppError(error) || error.code !== 'TOO_MANY_REQUESTS') throw error
      }
    }
    return passed
  }

  pass (ms: number): void { this.#ms += ms }
}

t.test('an honest node that is busy with nothing else never meets it', async t => {
  const stage = new Stage()
  // A minute of 100 MB a second in blocks, whose newcomers are told to and by it, beside a drive of small blocks.
  for (let tick = 0; tick < 600; tick++) {
    stage.say(160, 66 * KIB, 'isAnswer')
    stage.say(160, 16, 'isRequest')
    stage.say(160, 12)
    stage.say(1_000, 300, 'isAnswer')
    stage.say(1_000, 16, 'isRequest')
    stage.say(1_000, 12)
    stage.pass(100)
  }
  // Thousands of requests in flight for each of several cores, all at once; and several new issues, unasked.
  stage.say(3 * 4_096, 16, 'isRequest', 4_096)
  stage.say(10 * 128, 66 * KIB, 'isPushed')
  // The cores of 1,000 newsletters that both have, when they meet.
  stage.say(8_000, 80, 'isOpening', 8_000)
  t.same(stage.broken, [])
})

t.test('who says too many messages, of any size, is heard no more', async t => {
  const stage = new Stage()
  const passed = stage.say(200_000, 3)
  t.ok(passed < 140_000, `${passed} passed`)
  stage.pass(60_000)
  t.equal(stage.say(1, 3), 0, 'also later')
  t.same(stage.broken, ['messages'], 'which is told once')
})

t.test('who asks for too much is heard no more', async t => {
  const stage = new Stage()
  t.ok(stage.say(100_000, 16, 'isRequest') < 20_000)
  t.same(stage.broken, ['requests'])
})

t.test('who puts more into one message than a turn of the event loop should take is heard no more', async t => {
  const [asking, pushing, chatting] = [new Stage(), new Stage(), new Stage()]
  t.ok(asking.say(10_000, 16, 'isRequest', 10_000) < 5_000)
  t.ok(pushing.say(10_000, 300, 'isPushed', 10_000) < 6_000)
  t.equal(chatting.say(100_000, 3, null, 100_000), 100_000)
  t.same([asking.broken, pushing.broken, chatting.broken], [['messages in one'], ['messages in one'], []])
})

t.test('large messages that nobody asked for end it, and large answers as far as they are none', async t => {
  for (const [kind, most, what] of [[null, 3, 'bytes'], ['isAnswer', 3, 'bytes'], ['isPushed', 9, 'blocks unasked']] as const) {
    const stage = new Stage()
    t.ok(stage.say(20, 15 * MIB, kind) <= most)
    t.same(stage.broken, [what])
  }
})

t.test('what was said a while ago is forgotten', async t => {
  const stage = new Stage()
  for (let i = 0; i < 20; i++) {
    t.equal(stage.say(2, 15 * MIB), 2)
    t.equal(stage.say(16_000, 16, 'isRequest'), 16_000)
    stage.pass(4_000)
  }
  t.same(stage.broken, [])
})
