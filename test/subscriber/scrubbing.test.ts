import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Follower } from '../../subscriber/following/follower.ts'
import { Repairs, type RepairsParts } from '../../subscriber/following/repairs.ts'
import { Scrubbing } from '../../subscriber/following/scrubbing.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const DAY_MS = 24 * 60 * 60_000

/** Scrubs one drive. @param answers of the repair, one for each time; the last goes on */
async function scrub (t: Test, file: string, answers: boolean[] = [true]): Promise<() => number> {
  let times = 0
  const scrubbing = new Scrubbing({
    drives: () => ['one'], scrub: async () => answers[Math.min(times++, answers.length - 1)]!, file, timing: { firstMs: 0, lookMs: 1 }, log
  })
  await scrubbing.ready()
  t.teardown(() => scrubbing.close())
  return () => times
}

async function stampIn (file: string): Promise<number> {
  const { one } = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as { one?: string }
  return one === undefined ? 0 : Date.parse(one)
}

t.test('a drive that was read through by a clock that was ahead is read through again', async t => {
  const file = join(t.testdir(), 'scrubbed.json')
  await writeFile(file, JSON.stringify({ one: new Date(Date.now() + 365 * DAY_MS).toISOString() }))
  await scrub(t, file)
  await until('it has been', async () => await stampIn(file) <= Date.now())
})

t.test('a drive does not count as read through when that was not done', async t => {
  const file = join(t.testdir(), 'scrubbed.json')
  const times = await scrub(t, file, [false, false, true])
  await until('it was done', async () => await stampIn(file) > 0)
  t.equal(times(), 3)
})

t.test('a drive is read through again in time, whatever becomes of the clock', async t => {
  let times = 0
  const follower = { readers: [], repair: async () => { times++ } } as unknown as Follower
  const repairs = new Repairs({ followers: () => [follower], scrub: { file: '' }, log } as unknown as RepairsParts)
  const { now: nowOf } = performance
  t.teardown(() => { performance.now = nowOf })
  let aheadMs = 0
  performance.now = () => nowOf.call(performance) + aheadMs
  t.equal(await repairs.repair('one', true), true)
  t.equal(await repairs.repair('one', true), false, 'not every minute')
  const { now: dateOf } = Date
  t.teardown(() => { Date.now = dateOf })
  Date.now = () => dateOf() - 365 * DAY_MS
  aheadMs = 60_000
  t.equal(await repairs.repair('one', true), true)
  t.equal(times, 2)
})
