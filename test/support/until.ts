import { setInterval } from 'node:timers/promises'

/** So long may a fact take on a slow machine before a test says that it never came. */
const LIMIT_MS = 60_000
const LOOK_MS = 20

/** Waits for a fact: looks again and again until `look` gives something that is true. Fails with what was seen last. */
export async function until<T> (fact: string, look: () => T | Promise<T>, seen: () => unknown = () => ''): Promise<NonNullable<T>> {
  const startedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const value = await look()
    if (value) return value
    if (Date.now() - startedMs > LIMIT_MS) break
  }
  throw new Error(`Waited in vain until ${fact}. Last seen: ${JSON.stringify(await seen())}`)
}
