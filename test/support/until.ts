import { setInterval } from 'node:timers/promises'

/** So long may a fact take on a slow machine before a test says that it never came. */
const LIMIT_MS = 60_000
/** The first looks follow each other so closely; later ones come more seldom, because each is work for the node that is asked. */
const LOOK_MS = 20
const SELDOM_MS = 100
/** A fact is seen this part of the wait later at most. */
const LATE = 0.05

/**
 * Waits for a fact: looks again and again until `look` gives something that is true. Fails with what was seen last.
 *
 * @param seldomMs so long at most between two looks; for a fact that does not last
 */
export async function until<T> (fact: string, look: () => T | Promise<T>, seen: () => unknown = () => '', seldomMs = SELDOM_MS): Promise<NonNullable<T>> {
  const startedMs = performance.now()
  let nextMs = 0
  for await (const _ of setInterval(LOOK_MS)) {
    // What fell due during a look follows at once: that would be no pause.
    if (performance.now() < nextMs) continue
    const value = await look()
    if (value) return value
    const nowMs = performance.now()
    if (nowMs - startedMs > LIMIT_MS) break
    nextMs = nowMs + Math.min(seldomMs, Math.max(LOOK_MS / 2, (nowMs - startedMs) * LATE))
  }
  throw new Error(`Waited in vain until ${fact}. Last seen: ${JSON.stringify(await seen())}`)
}
