import type { Ends } from '../support/namespaces.ts'

/** Where a suite plays, and what it was asked for. */
export interface Trial {
  /** What is opened for it is closed by these. */
  ends: Ends
  /** Of the suite, or as they were asked for. */
  options: Record<string, number>
  /** Numbers from 0 to 1 that follow from the seed. */
  draw: () => number
  /** Says in words what has to hold; what does not makes the suite fail. */
  demand (holds: boolean, what: string): void
  /** Says how long something took, and may take at most: for a suite by itself. A test beside others says nothing of how quick it is. */
  demandWithin (limitMs: number, tookMs: number, what: string): void
}

/** What was counted and measured. */
export type Figures = Record<string, number | string>

/** A fault that is made on purpose, again and again, with what has to hold all the while. */
export interface Suite {
  /** How often and how long by default, which is the whole of it. */
  options: Record<string, number>
  run (trial: Trial): Promise<Figures>
}
