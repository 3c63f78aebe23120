import type { ReplicationPeer } from 'hypercore'
import t from 'tap'
import { isAppError } from '../../shared/errors.ts'
import { DRIVE_BLOCKS } from '../../shared/format/limits.ts'
import { guardPeer } from '../../shared/network/bounds-guard.ts'
import { PeerBudget } from '../../shared/network/peer-budget.ts'

type Handler = 'onsync' | 'onrequest' | 'onwant' | 'onunwant' | 'onbitfield' | 'onrange'
type Message = Record<string, unknown>

/** The handlers of one peer behind the guard, and what came through. So many of its requests wait for an answer. */
function guarded (waiting = 0): { hear: (handler: Handler, message: Message) => void, passed: Message[], refused: string[] } {
  const passed: Message[] = []
  const refused: string[] = []
  const pass = (message: Message): void => { passed.push(message) }
  const handlers = { onsync: pass, onrequest: pass, onwant: pass, onunwant: pass, onbitfield: pass, onrange: pass }
  const peer = { stream: { destroy: () => {} }, remoteRequests: { size: waiting }, ...handlers } as unknown as ReplicationPeer
  guardPeer(peer, (_peer, what) => refused.push(what), new PeerBudget(() => {}))
  const hear = (handler: Handler, message: Message): void => {
    try {
      void (peer[handler] as (message: Message) => unknown)(message)
    } catch (error) {
      // By this the connection ends.
      if (!isAppError(error)) throw error
    }
  }
  return { hear, passed, refused }
}

/** By a number that has to be a length within a drive. */
const messages: [Handler, (n: number) => Message][] = [
  ['onsync', n => ({ fork: 0, length: n, remoteLength: 0 })],
  ['onsync', n => ({ fork: 0, length: 0, remoteLength: n })],
  ['onrequest', n => ({ id: 1, block: { index: n } })],
  ['onrequest', n => ({ id: 1, block: null, hash: { index: Number.isInteger(n) ? 2 * n : n } })],
  ['onrequest', n => ({ id: 1, block: null, hash: null, upgrade: { start: 0, length: n } })],
  ['onrequest', n => ({ id: 1, block: null, hash: null, upgrade: { start: n, length: 0 } })],
  ['onwant', n => ({ start: n, length: 0 })],
  ['onwant', n => ({ start: 0, length: n })],
  ['onunwant', n => ({ start: n, length: 0 })],
  ['onunwant', n => ({ start: 0, length: n })],
  ['onbitfield', n => ({ start: n, bitfield: new Uint32Array(0) })],
  ['onrange', n => ({ drop: false, start: n, length: 0 })],
  ['onrange', n => ({ drop: false, start: 0, length: n })]
]

t.test('what reaches past a drive comes to no handler, and what does not comes to it', t => {
  for (const [handler, message] of messages) {
    for (const n of [DRIVE_BLOCKS + 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, Infinity, NaN, -1, 0.5]) {
      const { hear, passed, refused } = guarded()
      hear(handler, message(n))
      t.same([passed.length, refused.length], [0, 1], `${handler} ${n}`)
    }
    for (const n of [0, 1, DRIVE_BLOCKS]) {
      const { hear, passed, refused } = guarded()
      hear(handler, message(n))
      t.same([passed.length, refused.length], [1, 0], `${handler} ${n}`)
    }
  }
  const { hear, refused } = guarded()
  hear('onwant', { start: DRIVE_BLOCKS, length: DRIVE_BLOCKS })
  hear('onbitfield', { start: DRIVE_BLOCKS - 32, bitfield: new Uint32Array(2) })
  hear('onrange', { drop: true, start: DRIVE_BLOCKS, length: 1 })
  t.same(refused, ['want', 'bitfield', 'range'])
  t.end()
})

t.test('who says too much of what is dear is heard no more', t => {
  const { hear, passed, refused } = guarded()
  for (let i = 0; i < 100; i++) hear('onrange', { drop: false, start: 0, length: DRIVE_BLOCKS })
  for (let i = 0; i < 10_000; i++) hear('onrange', { drop: false, start: i, length: 1 })
  t.same([passed.length, refused], [10_100, []], 'as an honest one does')
  for (let i = 0; i < 3; i++) hear('onrange', { drop: i === 0, start: i === 0 ? 0 : 1, length: 2 ** 20 })
  t.same([passed.length, refused], [10_101, ['range', 'range']])
  t.end()
})

t.test('who has more requests waiting than an honest one is heard no more', t => {
  const ask = (waiting: number): string[] => {
    const { hear, refused } = guarded(waiting)
    hear('onrequest', { id: 1, block: { index: 0 } })
    return refused
  }
  t.same(ask(8_191), [])
  t.same(ask(8_192), ['number of requests'])
  t.end()
})
