import { uptime } from 'node:os'

/**
 * Milliseconds by a clock that nobody sets, and that goes on while the machine sleeps, as `performance.now()` does not: for what
 * is compared with other machines, or is over after some time whatever this one does.
 */
export function sinceBootMs (): number { return uptime() * 1000 }
