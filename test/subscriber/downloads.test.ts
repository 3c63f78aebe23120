import { EventEmitter } from 'node:events'
import t from 'tap'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { type DownloadJob, Downloads } from '../../subscriber/following/downloads.ts'

const MANY = 2_000
/** A sorted order takes about 11 comparisons for each of so many, on its way in and on its way out; and 32 that are being fetched are looked at for each. */
const STEPS = 120 * MANY
const SILENT = 32
const DAY_MS = 86_400_000

/** A drive of which nothing ever comes; `asked` are the first blocks of the issues that it is asked for, in this order. */
function silentDrive (): { reader: DriveReader, asked: number[] } {
  const asked: number[] = []
  const download = (start: number): object => {
    asked.push(start)
    return { asked: Promise.resolve(), done: () => new Promise(() => {}), destroy: () => {} }
  }
  return { reader: Object.assign(new EventEmitter(), { download }) as unknown as DriveReader, asked }
}

function jobOf (reader: DriveReader, start: number, change: Partial<DownloadJob> = {}): DownloadJob {
  const publishedAt = new Date(start * DAY_MS).toISOString()
  const nothing = (): void => {}
  return {
    reader, runs: [{ start, end: start + 1 }], first: [], urgency: 0, publishedAt, sizeBytes: 2 ** 20,
    onComplete: nothing, onFault: nothing, onBlock: nothing, onFailed: nothing, ...change
  }
}

t.test('thousands that wait are taken in and forgotten without looking at all for each', async t => {
  const [one, other] = [silentDrive(), silentDrive()]
  const downloads = new Downloads()
  let steps = 0
  // Compared as the text that it is; counts how often.
  const counted = (publishedAt: string): string => ({ [Symbol.toPrimitive]: () => { steps++; return publishedAt } }) as unknown as string
  const jobs = Array.from({ length: MANY }, (_, i) => jobOf(one.reader, i, { publishedAt: counted(new Date(i * DAY_MS).toISOString()) }))
  const { filter } = Array.prototype
  t.intercept(Array.prototype, 'filter', { value: function (this: unknown[], ...args: Parameters<typeof filter>): unknown[] {
    steps += this.length
    return filter.apply(this, args)
  } })

  for (const job of jobs) downloads.add(job) // the oldest first, each before all others
  t.ok(steps <= STEPS, 'taken in', { steps, most: STEPS })
  steps = 0
  for (const job of jobs.slice(0, MANY / 2)) downloads.remove(job)
  t.ok(steps <= STEPS, 'given up one by one', { steps, most: STEPS })
  steps = 0
  const last = jobOf(other.reader, MANY)
  downloads.add(last)
  downloads.removeDrive(one.reader)
  t.ok(steps <= STEPS, 'given up with their drive', { steps, most: STEPS })
  await Promise.resolve()
  t.same(other.asked, [MANY], 'what belongs to another drive goes on')
  downloads.removeDrive(other.reader)
})

t.test('the most urgent goes first, then the newest, whatever has been given up or made urgent meanwhile', async t => {
  const { reader, asked } = silentDrive()
  const downloads = new Downloads()
  const jobs = Array.from({ length: SILENT + 50 }, (_, i) => jobOf(reader, i, { sizeBytes: 2 ** 26 })) // one at a time
  downloads.add(jobs.at(-1)!)
  for (const place of [7, 3, 9, 1, 5, 8, 2, 6, 4, 0]) downloads.add(jobs[place]!)
  downloads.remove(jobs[8]!)
  downloads.remove(jobs[2]!)
  jobs[2]!.urgency = 1
  jobs[0]!.urgency = 1 // as yet it waits as what it was
  const expected = [2, jobs.length - 1, 9, 7, 6, 5, 4, 3, 1, 0]
  downloads.add(jobs[2]!) // and interrupts what goes
  const order: number[] = []
  for (let gone = 0; gone < expected.length; gone++) {
    for (let i = 0; i < 5; i++) await Promise.resolve()
    const start = asked.at(-1)!
    order.push(start)
    downloads.remove(jobs[start]!)
  }
  t.same(order, expected)
})

t.test('what nothing comes of makes room also when the clock of the machine is set back', async t => {
  const { reader, asked } = silentDrive()
  const clock = { ms: performance.now(), machineMs: Date.now() }
  t.intercept(performance, 'now', { value: () => clock.ms })
  t.intercept(Date, 'now', { value: () => clock.machineMs })
  let look: (() => void) | undefined
  t.intercept(globalThis, 'setInterval', { value: (work: () => void) => { look = work; return { unref: () => ({}) } } })
  t.intercept(globalThis, 'clearInterval', { value: () => {} })
  const downloads = new Downloads()
  for (let i = 1; i <= SILENT; i++) downloads.add(jobOf(reader, i))
  downloads.add(jobOf(reader, 0))
  for (let i = 0; i < 5; i++) await Promise.resolve()
  t.notOk(asked.includes(0), 'the oldest waits')
  clock.ms += 10_000
  clock.machineMs -= DAY_MS
  look!()
  for (let i = 0; i < 5; i++) await Promise.resolve()
  t.ok(asked.includes(0))
  downloads.removeDrive(reader)
})
