import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { until } from './until.ts'

const LOOK_MS = 20
/** What the first finds to be garbage may have begun before it was; and buffers go with the next one after their owners. */
const COLLECTIONS = 4

/**
 * To be loaded by a node's process (NODE_OPTIONS). A turn of the event loop counts as long as it took, and no longer than
 * the process computed meanwhile: waiting for a busy machine is no fault of the node.
 */
const PROBE = `
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import v8 from 'node:v8'
import vm from 'node:vm'
import { isMainThread } from 'node:worker_threads'
if (process.send && isMainThread) {
  const seen = { stallMs: 0, waitMs: 0, grownBytes: 0, memoryBytes: 0, mostBytes: 0, neededBytes: 0 }
  const collect = process.env.PROBE + '.collect'
  let at = performance.now(), cpu = process.cpuUsage(), memory = process.memoryUsage.rss()
  seen.firstBytes = memory
  let told = 0, collected = 0
  setInterval(() => {
    const now = performance.now(), used = process.cpuUsage(cpu), bytes = process.memoryUsage.rss()
    const gap = now - at - ${LOOK_MS}
    seen.waitMs = Math.max(seen.waitMs, gap)
    seen.stallMs = Math.max(seen.stallMs, Math.min(gap, (used.user + used.system) / 1000))
    seen.grownBytes = Math.max(seen.grownBytes, bytes - memory)
    seen.mostBytes = Math.max(seen.mostBytes, bytes)
    seen.memoryBytes = bytes
    at = now; cpu = process.cpuUsage(); memory = bytes
    if (now - told < 200) return
    told = now
    collected = existsSync(collect) ? collected + 1 : 0
    if (collected > 0) {
      v8.setFlagsFromString('--expose-gc')
      vm.runInNewContext('gc')()
      const { heapUsed, external } = process.memoryUsage()
      seen.neededBytes = heapUsed + external
    }
    writeFileSync(process.env.PROBE + '.new', JSON.stringify(seen))
    renameSync(process.env.PROBE + '.new', process.env.PROBE)
    if (collected < ${COLLECTIONS}) return
    collected = 0
    rmSync(collect)
  }, ${LOOK_MS}).unref()
  process.on('SIGUSR2', () => { Object.assign(seen, { stallMs: 0, waitMs: 0, grownBytes: 0, mostBytes: 0 }); at = performance.now(); cpu = process.cpuUsage() })
}`

export interface Seen {
  /** The longest turn of the event loop; with what the machine did otherwise. */
  stallMs: number
  waitMs: number
  /** Resident memory: the most that came from one look to the next, the most there was, and what there is. */
  grownBytes: number
  mostBytes: number
  firstBytes: number
  memoryBytes: number
  /** What is reachable from the program, when {@link readNeeded} was last called. */
  neededBytes: number
}

/** What a node's process needs to be watched, and to be read from its file. SIGUSR2 to it begins anew. */
export function probeEnvironment (file: string): Record<string, string> {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(PROBE)}`, PROBE: file }
}

export async function readProbe (file: string): Promise<Seen> {
  return JSON.parse(await readFile(file, 'utf8')) as Seen
}

/** Has the node collect its garbage, and tells what is left, in bytes; what libraries take for themselves does not count. */
export async function readNeeded (file: string): Promise<number> {
  await writeFile(`${file}.collect`, '')
  return await until('its garbage is collected', async () => existsSync(`${file}.collect`) ? null : (await readProbe(file)).neededBytes)
}
