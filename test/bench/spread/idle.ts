import { setInterval } from 'node:timers/promises'
import { machineUse } from './meter.ts'

const LOOK_MS = 500
const IDLE_USE = 0.1
const IDLE_LOOKS = 4
/** A machine that has other work never comes to rest. */
const MOST_LOOKS = 120

/** Returns when the machine has had next to nothing to do for two seconds. */
export async function untilIdle (): Promise<void> {
  let [looks, idle, use] = [0, 0, machineUse()]
  for await (const _ of setInterval(LOOK_MS)) {
    idle = use() < IDLE_USE ? idle + 1 : 0
    use = machineUse()
    if (idle === IDLE_LOOKS || ++looks === MOST_LOOKS) return
  }
}
