import type { Connection } from 'hyperswarm'
import t from 'tap'
import type { AskedBlocks } from '../../shared/network/spreading/asked-blocks.ts'
import { chooseSource, type Source } from '../../shared/network/spreading/choose-source.ts'
import { ease } from '../../shared/network/spreading/easing.ts'
import type { Neighbour } from '../../shared/network/spreading/neighbour.ts'
import { Outbox } from '../../shared/network/spreading/outbox.ts'
import { Shares } from '../../shared/network/spreading/shares.ts'
import type { Uplink } from '../../shared/network/spreading/uplink.ts'
import { weightOf } from '../../shared/network/spreading/weight.ts'
import { until } from '../support/until.ts'

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const source = (change: Partial<Source> & { name: string }): Source & { name: string } =>
  ({ has: false, takes: false, isWriter: false, isComplete: false, isBefore: false, hasRoom: true, asked: 0, ...change })
const author = source({ name: 'author', has: true, isWriter: true, isComplete: true })
const FIRST = { rank: 0, taking: false, overdue: false }
const LATER = { rank: 1, taking: false, overdue: false }

t.test('every node computes the same order, and each comes first as often as another', async t => {
  t.equal(weightOf(7, key(1)), 3172624544, 'the vector of the format')
  const keys = [1, 2, 3, 4].map(key)
  const [shares, others] = [new Shares(keys), new Shares([...keys].reverse())]
  const firsts = Array.from({ length: 320 }, (_, block) => keys.indexOf(shares.firstOf(block) as typeof keys[number]))
  t.same(firsts, firsts.map((_, block) => keys.indexOf(others.firstOf(block) as typeof keys[number])), 'whatever order they are known in')
  for (let start = 0; start < firsts.length; start += 32) {
    t.same(keys.map((_, place) => firsts.slice(start, start + 32).filter(first => first === place).length), [8, 8, 8, 8], 'in each 32 blocks')
  }
  const most = firsts.filter((first, block) => keys.every(other => weightOf(block, other) <= weightOf(block, keys[first]!))).length
  t.ok(most > 200, 'mostly the one with the greatest weight')
  t.same(keys.map(each => shares.rankOf(0, each)).sort(), [0, 1, 2, 3], 'and nobody has the place of another')
})

t.test('one asks the author for all', async t => {
  t.match(chooseSource([author], FIRST), { ask: { name: 'author' }, takes: true })
  t.same(chooseSource([author], LATER), { ask: null, takes: false }, 'the others wait')
  t.match(chooseSource([author], { ...LATER, overdue: true }), { ask: { name: 'author' }, takes: true }, 'but not for ever')
  t.match(chooseSource([author, source({ name: 'first', takes: true, isBefore: true })], LATER), { ask: { name: 'first' }, takes: false }, 'or ask who fetches it')
})

t.test('whoever has a block and fetches others is asked first, the author last', async t => {
  const reader = source({ name: 'reader', has: true, asked: 9 })
  const keeper = source({ name: 'keeper', has: true, isComplete: true })
  t.match(chooseSource([author, keeper, reader], FIRST), { ask: { name: 'reader' }, takes: false })
  t.match(chooseSource([author, keeper], FIRST), { ask: { name: 'keeper' }, takes: true })
  t.match(chooseSource([author, keeper, { ...keeper, name: 'second' }], LATER), { ask: { isWriter: false } }, 'two who give are asked by two')
})

t.test('nobody is asked for more than they may be', async t => {
  t.same(chooseSource([{ ...author, hasRoom: false }], FIRST), { ask: null, takes: true }, 'the block is still said to be fetched')
  t.match(chooseSource([source({ name: 'busy', has: true, asked: 5 }), source({ name: 'idle', has: true, asked: 2 })], FIRST), { ask: { name: 'idle' } })
})

t.test('two who both say that they fetch a block do not wait for each other', async t => {
  const other = source({ name: 'other', takes: true })
  t.match(chooseSource([author, other], { rank: 0, taking: true, overdue: false }), { ask: { name: 'author' } }, 'the first in the order goes on')
  t.match(chooseSource([author, { ...other, isBefore: true }], { rank: 1, taking: true, overdue: false }), { ask: { name: 'other' } }, 'the other one leaves it')
})

/** @param asked blocks that were asked of it, and since when in milliseconds */
function neighbour (has: number[], asked: Record<number, number>, { isStuck = false } = {}): Neighbour & { isPassive: boolean } {
  const nowMs = performance.now()
  const made = {
    speaks: true, canBeAsked: true, part: { isWriter: false, isSeeking: true }, isComplete: false, blockMs: -Infinity, isPassive: false,
    asked: new Map(Object.entries(asked).map(([block, ms]) => [Number(block), { sinceMs: nowMs - ms }])),
    has: (block: number) => has.includes(block), isStuck: () => isStuck, foundPassive: () => { made.isPassive = true }
  }
  return made as unknown as Neighbour & { isPassive: boolean }
}

/** Moves of one look, as "block from to". */
function movesOf (neighbours: Neighbour[]): string[] {
  const moves: string[] = []
  let from = -1
  ease(neighbours, {
    takeBack: (neighbour: Neighbour, block: number) => {
      from = neighbours.indexOf(neighbour)
      neighbour.asked.delete(block)
      moves.push(`${block} from ${from}`)
    },
    ask: (neighbour: Neighbour) => { moves[moves.length - 1] += ` to ${neighbours.indexOf(neighbour)}` }
  } as unknown as AskedBlocks)
  return moves
}

t.test('what was asked of one who is slow is asked of another', async t => {
  t.same(movesOf([neighbour([7], { 7: 500 }), neighbour([7], {})]), [], 'but who was asked just now is not slow, however long it has sent nothing before')
  t.same(movesOf([neighbour([7], { 7: 1_100 }), neighbour([7], {})]), ['7 from 0 to 1'])
  t.same(movesOf([neighbour([7, 8], { 7: 500, 8: 400 }), neighbour([7, 8], {})]), ['8 from 0 to 1'], 'of who has much to do, what comes last')
})

t.test('who was to fetch a block and fetches nothing is waited for no more', async t => {
  const stuck = neighbour([], { 7: 11_000 }, { isStuck: true })
  t.same(movesOf([stuck]), ['7 from 0'])
  t.equal(stuck.isPassive, true)
})

t.test('nothing is written before what is urgent and still being read', async t => {
  const uplink = { pendingOf: () => 0, hasRoom: () => true, windowBytes: 1, arrived: async (...[,, written]: Parameters<Uplink['arrived']>) => { await written } }
  const outbox = new Outbox(uplink as unknown as Uplink)
  const sent: string[] = []
  let read = (): void => {}
  const parcel = { connection: {} as Connection, bytes: 10, copies: () => 0 }
  outbox.add({ ...parcel, isUrgent: true, send: async () => {
    await new Promise<void>(resolve => { read = resolve })
    sent.push('index')
  } })
  outbox.add({ ...parcel, isUrgent: false, send: async () => { sent.push('picture') } })
  t.same(sent, [])
  read()
  await until('both are sent', () => sent.length === 2)
  t.same(sent, ['index', 'picture'])
})
