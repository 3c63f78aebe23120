import { readFileSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

const LOOK_MS = 250
/** So much time of a processor the event loop may take without a turn. A machine that is busy gives it none, and is no fault. */
const STUCK_CPU_MS = 2_000
/** So often it is looked at without a turn where nobody can tell how much it takes, and where it waits for what never comes. */
const STUCK_LOOKS = 80
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
  if (isBusy || looks > STUCK_LOOKS) process.kill(pid, 'SIGABRT')
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
