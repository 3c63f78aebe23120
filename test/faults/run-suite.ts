import { randomInt } from 'node:crypto'
import { messageOf } from '../../shared/errors.ts'
import type { Ends } from '../support/namespaces.ts'
import { seeded } from '../support/random.ts'
import type { Figures, Suite } from './suite.ts'

/** A machine that has much else to do takes longer, and never so many times as long. */
const BUSY = 10

export interface Outcome {
  figures: Figures
  /** What did not hold, in words. */
  broken: string[]
  /** What took too long, perhaps because the machine was busy. */
  slow: string[]
}

/** Plays a suite with these options in place of its own. `seed`: by chance unless told. */
export async function runSuite (suite: Suite, ends: Ends, asked: Record<string, number> = {}): Promise<Outcome> {
  const { seed = randomInt(2 ** 31), ...options } = asked
  const unknown = Object.keys(options).filter(name => !Object.hasOwn(suite.options, name))
  if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(', ')}. There are: ${[...Object.keys(suite.options), 'seed'].join(', ')}.`)
  const broken: string[] = []
  const slow: string[] = []
  const startedMs = performance.now()
  const figures = await suite.run({
    ends,
    options: { ...suite.options, ...options },
    draw: seeded(seed),
    demand: (holds, what) => { if (!holds) broken.push(what) },
    demandWithin: (limitMs, tookMs, what) => {
      const list = tookMs < limitMs ? null : tookMs < limitMs * BUSY ? slow : broken
      list?.push(`${what} after ${Math.round(tookMs)} ms, and not within ${limitMs}`)
    }
  }).catch((error: unknown) => { throw new Error(`${messageOf(error)} (--seed ${seed})`, { cause: error }) })
  return { figures: { ...figures, seed, seconds: Math.round((performance.now() - startedMs) / 100) / 10 }, broken, slow }
}
