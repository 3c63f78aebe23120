import { startColporteur } from './colporteur.ts'
import { Stage } from './stage.ts'
import { WORKLOADS, writeIssue } from './workload.ts'

/**
 * How long a newcomer waits for the first issue, over lines with a round trip of 40 ms, when the author is dead, and ten
 * readers whose records the DHT still has; two are there. `--runs N` (20).
 */

const DEAD = 10
const ALIVE = 2
const ISSUES = 10
const RUNS = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 20

// A trial starts many processes, and each ends with this one.
process.setMaxListeners(128)
const { text: { author: authorLink, reader: readerLink, ...issue } } = WORKLOADS as { text: NonNullable<typeof WORKLOADS.text> }
const stage = await Stage.open()
try {
  const author = await stage.start(startColporteur, 'author', authorLink)
  const address = await author.create()
  for (let i = 0; i < ISSUES; i++) await author.publish(await writeIssue(stage.folder, `issue-${i}`, { author: authorLink, reader: readerLink, ...issue }))
  const readers = []
  for (let i = 0; i < DEAD + ALIVE; i++) readers.push(await stage.start(startColporteur, `reader${i}`, readerLink))
  await Promise.all(readers.map(async reader => {
    await reader.follow(address)
    await reader.untilHas({ issues: ISSUES, files: ISSUES })
  }))
  await Promise.all([author, ...readers.slice(0, DEAD)].map(node => node.stop()))
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const newcomer = await stage.start(startColporteur, `newcomer${i}`, readerLink)
    const startedMs = performance.now()
    await newcomer.follow(address)
    await newcomer.untilHas({ issues: 1, files: 1 })
    times.push(Math.round(performance.now() - startedMs))
    await newcomer.stop('SIGTERM') // it takes its own record along
  }
  times.sort((a, b) => a - b)
  console.log(`author and ${DEAD} readers killed, ${ALIVE} there, round trip 40 ms: a newcomer has the first issue after ${times[Math.floor(RUNS / 2)]} ms (median), ${times.at(-1)} ms at worst, of ${RUNS}`)
} finally {
  await stage.close()
}
