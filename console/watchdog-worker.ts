import { readdirSync, readFileSync, writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { GOES_ON, HUNG, MAY_HANG } from './hung.ts'
import type { Watching } from './watchdog.ts'

const LOOK_MS = 100
/** While it may hang. */
const CLOSE_LOOK_MS = 50
/**
 * So much time of a processor the event loop may take without a turn. A machine that is busy gives it none, and is no fault;
 * on a slow one a turn takes five times as long as it may on others. The longest that was seen of an honest node took 0.44 s.
 */
const STUCK_CPU_MS = 1_200
/**
 * So long it is seen asleep without a turn, while no other thread of the process works or waits for the disk. One that waits
 * for a disk, for swapped memory or for another thread on a busy machine does not look like that.
 */
const ASLEEP_MS = 5_000
/** So long it is looked at without a turn where nobody can tell what it does, and where it waits for what may yet come. */
const STUCK_MS = 20_000
/**
 * So many times as much is allowed while the node is opened. Its turns are short then, too, half a second of a processor with
 * 9,000 issues, what is rebuilt is rebuilt in other threads; but one that is ended wrongly would be so at each start, and who hangs here serves nobody yet.
 */
const OPENING_PATIENCE = 4
/**
 * From this part of what is allowed on, another process is loaded to take its place, which takes a second or two. A turn of a
 * quarter of a second of a processor is rare, and one that does end costs no more than what was loaded by then.
 */
const DOUBTED = 1 / 5
/** Linux counts in hundredths of a second. */
const TICK_MS = 10

interface Seen { cpuMs: number, isAsleep: boolean }

const { beats, pid, doubtsFd } = workerData as Watching
const pause = new Int32Array(new SharedArrayBuffer(4))
let seen = -1
let [lookedMs, asleepMs] = [0, 0]
let before: Seen | null = null
let isDoubted = false

// Counts its own looks and not the time: a machine that slept, or a process that was stopped, is not stuck.
while (true) {
  const pauseMs = isDoubted ? CLOSE_LOOK_MS : LOOK_MS
  Atomics.wait(pause, 0, 0, pauseMs)
  const beat = Atomics.load(beats, 0)
  if (beat !== seen) {
    seen = beat
    lookedMs = asleepMs = 0
    if (isDoubted) doubt(false)
    continue
  }
  const now = mainThread()
  if (lookedMs === 0) before = now
  lookedMs += pauseMs
  if (now?.isAsleep) asleepMs += pauseMs
  const patience = Atomics.load(beats, 1) === 0 ? OPENING_PATIENCE : 1
  const cpuMs = before !== null && now !== null ? now.cpuMs - before.cpuMs : 0
  const spent = Math.max(cpuMs / STUCK_CPU_MS, asleepMs / ASLEEP_MS) / patience
  if (spent > 1 || lookedMs > STUCK_MS * patience) end()
  if (spent > DOUBTED && !isDoubted) doubt(true)
}

/** Where it only gets no turn, as on a machine that is too busy, another process would make that worse. */
function doubt (mayHang: boolean): void {
  isDoubted = mayHang
  if (doubtsFd === null) return
  try {
    writeSync(doubtsFd, Uint8Array.of(mayHang ? MAY_HANG : GOES_ON))
  } catch {
    // Nobody listens any more.
  }
}

function end (): void {
  try {
    process.kill(pid, HUNG)
  } catch {
    process.kill(pid, 'SIGKILL') // not every system has it
  }
}

/** Null where the system does not tell. */
function mainThread (): Seen | null {
  try {
    const [state, ...rest] = fieldsOf(String(pid))
    // The 12th and 13th field.
    return { cpuMs: (Number(rest[10]) + Number(rest[11])) * TICK_MS, isAsleep: state === 'S' && !areOthersAtWork() }
  } catch {
    return null
  }
}

/** Whether a thread besides this one and the main one runs, wants to, or waits for the disk. */
function areOthersAtWork (): boolean {
  const states = readdirSync('/proc/self/task').map(stateOf)
  return states.filter(state => state === 'R' || state === 'D').length > 1 // this one runs
}

function stateOf (thread: string): string {
  try {
    return fieldsOf(thread)[0]!
  } catch {
    return '' // it has just ended
  }
}

/** Those after its name, which may hold anything. */
function fieldsOf (thread: string): string[] {
  return readFileSync(`/proc/self/task/${thread}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
}
