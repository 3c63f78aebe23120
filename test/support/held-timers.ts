import type { Ends } from './namespaces.ts'

export interface HeldTimers {
  /** How many are set and not cleared. */
  readonly count: number
  /** Lets them end now. */
  fire (): void
}

/** Holds the timers of this process that are set for exactly so long, until the test says that their time is over. */
export function holdTimers (t: Ends, delayMs: number): HeldTimers {
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const held = new Map<unknown, () => void>()
  globalThis.setTimeout = ((work: () => void, ms?: number, ...rest: unknown[]) => {
    const timer = set(work, ms, ...rest as [])
    if (ms === delayMs) held.set(timer, work)
    return timer
  }) as typeof setTimeout
  globalThis.clearTimeout = timer => {
    held.delete(timer)
    clear(timer)
  }
  t.teardown(() => Object.assign(globalThis, { setTimeout: set, clearTimeout: clear }))
  return {
    get count () { return held.size },
    fire: () => {
      const works = [...held]
      held.clear()
      for (const [timer, work] of works) {
        clear(timer as NodeJS.Timeout)
        work()
      }
    }
  }
}
