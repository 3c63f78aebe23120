import { readFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { HUNG } from './hung.ts'

const LOOK_MS = 150
/**
 * So much time of a processor the event loop may take without a turn. A machine that is busy gives it none, and is no fault;
 * on a slow one a turn takes six times as long as it may on others.
 */
const STUCK_CPU_MS = 1_500
/** So often it is looked at without a turn where nobody can tell how much it takes, and where it waits for what never comes. */
const STUCK_LOOKS = 133
/** Linux counts in hundredths of a second. */
const TICK_MS = 10

const { beats, pid } = workerData as { beats: Int32Array, pid: number }
const pause = new Int32Array(new SharedArrayBuffer(4))
let seen = -1
let looks = 0
let cpuMs: number | null = null

// Counts its own looks and not the time: a machine that slept, or a process that was stopped, is not stuck.
while (true) {
  Atomics.wait(pause, 0, 0, LOOK_MS)
  const beat = Atomics.load(beats, 0)
  if (beat !== seen) {
    seen = beat
    looks = 0
    continue
  }
  if (++looks === 1) cpuMs = mainThreadCpuMs()
  const nowMs = mainThreadCpuMs()
  const isBusy = cpuMs !== null && nowMs !== null && nowMs - cpuMs > STUCK_CPU_MS
  if (isBusy || looks > STUCK_LOOKS) end()
}

function end (): void {
  try {
    process.kill(pid, HUNG)
  } catch {
    process.kill(pid, 'SIGKILL') // not every system has it
  }
}

/** Null where the system does not tell. */
function mainThreadCpuMs (): number | null {
  try {
    // After the name, which may hold anything, the 12th and 13th field.
    const fields = readFileSync(`/proc/self/task/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch {
    return null
  }
}
