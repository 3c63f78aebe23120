import { readFileSync } from 'node:fs'

/** In hundredths of a second on every Linux: user and system time, then those of processes that ended and were waited for. */
const TIMES = [14, 18]
/** What comes before the third field: a number and a name, in which anything may be. */
const BEFORE = /^.*\) /s

/** How long this process has kept processors busy; on Linux together with the processes that it started and that have ended. */
export function cpuSeconds () {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').replace(BEFORE, '').split(' ')
    return fields.slice(...TIMES.map(number => number - 3)).reduce((sum, time) => sum + Number(time), 0) / 100
  } catch {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    return (userCPUTime + systemCPUTime) / 1e6
  }
}
