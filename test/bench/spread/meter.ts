import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'

/** Of a Linux kernel: so many clock ticks a second, whatever the processor. */
const TICKS = 100

/** Seconds of a core that a process has used. */
export async function cpuSecondsOf (pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** Memory of a process that lies in the machine's, in megabytes of 10^6 bytes. */
export async function rssMbOf (pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024 / 1e5) / 10
}

/** Begins to look at how busy the whole machine is; what it gives ends that, with a share from 0 to 1. */
export function machineUse (): () => number {
  const before = times()
  return () => {
    const after = times()
    return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all)
  }
}

function times (): { idle: number, all: number } {
  const all = cpus().map(({ times }) => times)
  return { idle: sum(all.map(({ idle }) => idle)), all: sum(all.flatMap(time => Object.values(time))) }
}

export function sum (numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
