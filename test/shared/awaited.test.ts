import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { Awaited } from '../../shared/network/spreading/awaited.ts'

function stage (t: Test): { awaited: Awaited, clock: { ms: number } } {
  const clock = { ms: 1_000 }
  t.intercept(performance, 'now', { value: () => clock.ms })
  return { awaited: new Awaited(), clock }
}

function keys (count: number): Map<string, Uint8Array> {
  return new Map(Array.from({ length: count }, () => randomBytes(32)).map(key => [key.toString('hex'), key]))
}

const nobody = (): boolean => false

t.test('who was told of counts for three seconds, and not again for a minute when they did not come', async t => {
  const { awaited, clock } = stage(t)
  const told = keys(2)
  t.equal(awaited.count(told, nobody).length, 2)
  clock.ms += 3_100
  t.equal(awaited.count(told, nobody).length, 0)
  t.equal(awaited.count(new Map(), nobody).length, 0)
  t.equal(awaited.count(told, nobody).length, 0, 'told anew, by whomever')
  clock.ms += 60_000
  t.equal(awaited.count(told, nobody).length, 2)
})

t.test('who came, and left, counts when they are told of again', async t => {
  const { awaited, clock } = stage(t)
  const told = keys(1)
  awaited.count(told, nobody)
  clock.ms += 3_100
  t.equal(awaited.count(told, () => true).length, 0)
  t.equal(awaited.count(told, nobody).length, 1)
})

t.test('of many only a few count, the same ones at everybody', async t => {
  const { awaited } = stage(t)
  const told = keys(2_048)
  const counted = awaited.count(told, nobody)
  t.equal(counted.length, 8)
  t.same(new Awaited().count(new Map([...told].reverse()), nobody), counted)
})
