import { EventEmitter } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Follower } from '../../subscriber/following/follower.ts'
import { REPAIR_MS, Repairs, type RepairsParts } from '../../subscriber/following/repairs.ts'
import { FIRST_MS, LOOK_MS, PERIOD_MS, Scrubbing } from '../../subscriber/following/scrubbing.ts'
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

t.test('a library that is found damaged counts as read through, is told, and keeps nobody from closing', async t => {
  const file = join(t.testdir(), 'scrubbed.json')
  const told: unknown[] = []
  const stampOfLibrary = async (): Promise<unknown> => (JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as { library?: string }).library
  const receipts = new EventEmitter()
  const open = async (library: RepairsParts['library']): Promise<Repairs> => {
    const repairs = new Repairs({
      followers: () => [], library, receipts, peer: new EventEmitter(), scrub: { file, timing: { firstMs: 0, lookMs: 1 } },
      log: { ...log, error: (...what: unknown[]) => { told.push(what) } }
    } as unknown as RepairsParts)
    t.teardown(() => repairs.close())
    await repairs.ready()
    return repairs
  }
  let times = 0
  let isEnding = (): void => {}
  const ending = new Promise<void>(resolve => { isEnding = resolve })
  let isReading = false
  const waiting = await open({ damaged: new Set(), readThrough: async signal => { signal.addEventListener('abort', isEnding); isReading = true; await ending } })
  await until('it is read', () => isReading)
  await waiting.close()
  t.equal(await stampOfLibrary(), undefined, 'what was not done is done at the next start')
  const damaged = new Set(['marks'] as const)
  const repairs = await open({ damaged, readThrough: async () => { times++ } })
  await until('it counts', stampOfLibrary)
  await repairs.close()
  t.equal(times, 1)
  t.match(told, [[{ file: 'marks' }, /Start the node again/]])
})

t.test('a drive that can not be read through, as one that is closed meanwhile, keeps none of the others from it', async t => {
  const file = join(t.testdir(), 'scrubbed.json')
  const tried: string[] = []
  const told: unknown[] = []
  let here = ['closed', 'failing', 'one']
  const scrubbing = new Scrubbing({
    drives: () => here,
    scrub: async drive => {
      tried.push(drive)
      if (drive === 'closed') here = here.filter(other => other !== drive)
      if (drive !== 'one') throw new Error('The drive is closed.')
      return true
    },
    file, timing: { firstMs: 0, lookMs: 1 }, log: { ...log, error: (what: unknown) => { told.push(what) } } as typeof log
  })
  await scrubbing.ready()
  t.teardown(() => scrubbing.close())
  await until('the others are, and it is tried again', async () => await stampIn(file) > 0 && tried.filter(drive => drive === 'failing').length > 1)
  t.same(tried.slice(0, 4), ['closed', 'failing', 'one', 'failing'])
  t.match(told[0], { drive: 'failing', error: 'The drive is closed.' }, 'and who reads the log knows; who has unsubscribed does')
})

t.test('everything is read through within seven days, by the usual times', async t => {
  // It is due, is seen to be, can't be done because that drive is being repaired or just was, and is done; or the node starts in between.
  t.ok(PERIOD_MS + LOOK_MS + REPAIR_MS + LOOK_MS + FIRST_MS < 7 * DAY_MS)
  const file = join(t.testdir(), 'scrubbed.json')
  const stampOf = (agoMs: number): string => new Date(Date.now() - agoMs).toISOString()
  await writeFile(file, JSON.stringify({ one: stampOf(7 * DAY_MS - 2 * LOOK_MS), fresh: stampOf(DAY_MS) }))
  const read: string[] = []
  const scrubbing = new Scrubbing({ drives: () => ['fresh', 'one'], scrub: async drive => read.push(drive) > 0, file, timing: { firstMs: 0, lookMs: 1 }, log })
  await scrubbing.ready()
  t.teardown(() => scrubbing.close())
  await until('it was', () => read.length > 0)
  t.same(read, ['one'], 'and nothing sooner than it has to be')
})
