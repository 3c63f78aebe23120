import t from 'tap'
import { chooseSource, type Source } from '../../shared/network/spreading/choose-source.ts'
import { rankOf, weightOf } from '../../shared/network/spreading/weight.ts'

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const source = (change: Partial<Source> & { name: string }): Source & { name: string } =>
  ({ has: false, takes: false, isWriter: false, isComplete: false, isBefore: false, hasRoom: true, asked: 0, ...change })
const author = source({ name: 'author', has: true, isWriter: true, isComplete: true })
const FIRST = { rank: 0, taking: false, overdue: false }
const LATER = { rank: 1, taking: false, overdue: false }

t.test('every node computes the same order, and with each block another one comes first', async t => {
  t.equal(weightOf(7, key(1)), 3172624544, 'the vector of the format')
  const keys = [1, 2, 3, 4].map(key)
  const first = Array.from({ length: 1000 }, (_, block) => keys.findIndex(each => rankOf(block, each, keys.filter(other => other !== each)) === 0))
  for (const place of keys.keys()) t.ok(Math.abs(first.filter(each => each === place).length - 250) < 60, 'each comes first about as often')
  t.same(keys.map(each => rankOf(0, each, keys.filter(other => other !== each))).sort(), [0, 1, 2, 3], 'and nobody has the place of another')
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
