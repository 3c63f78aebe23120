import { randomInt } from 'node:crypto'
import type { Test } from 'tap'

/**
 * Numbers from 0 to 1 that follow from a seed: one by chance, or the one that `COLPORTEUR_TEST_SEED` names. A test that
 * fails says which it was.
 */
export function random (t: Test, seed = Number(process.env['COLPORTEUR_TEST_SEED'] ?? randomInt(2 ** 31))): () => number {
  t.teardown(() => { if (!t.passing()) t.comment(`COLPORTEUR_TEST_SEED=${seed} does this again`) })
  return seeded(seed)
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded (seed: number): () => number {
  let state = seed
  // mulberry32: short, and good enough to mix up a test.
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** In another order. */
export function shuffled<T> (items: T[], draw: () => number): T[] {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = Math.floor(draw() * (i + 1))
    ;[mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!]
  }
  return mixed
}
