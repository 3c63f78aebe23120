import { noWritesTold } from '../support/kill-at-write.ts'
import { killLocking } from './kill-locking.ts'
import { killOpening } from './kill-opening.ts'
import { killPublishing } from './kill-publishing.ts'
import { killReplicating } from './kill-replicating.ts'
import { killRestoring } from './kill-restoring.ts'
import { killUpgrading } from './kill-upgrading.ts'
import type { Suite } from './suite.ts'

/** `lost`: was said to be done, and is not there. `torn`: is there, and not whole. */
export interface Storm { lost: number, torn: number, figures: Record<string, number> }

/** Machines are killed in the middle of whatever they do, and started again: what they had said to be done is done, and nothing is done by halves. */
export const kill: Suite = {
  options: { publishing: 250, replicating: 250, restoring: 250, opening: 250, upgrading: 250, locking: 250 },
  run: async trial => {
    if (noWritesTold) throw new Error(noWritesTold)
    const storms = {
      publishing: killPublishing, replicating: killReplicating, restoring: killRestoring, opening: killOpening, upgrading: killUpgrading, locking: killLocking
    }
    let [kills, lost, torn] = [0, 0, 0]
    let figures = {}
    for (const [name, storm] of Object.entries(storms)) {
      const wanted = trial.options[name]!
      if (wanted === 0) continue
      const raged = await storm(trial, wanted)
      kills += wanted
      lost += raged.lost
      torn += raged.torn
      figures = { ...figures, [`kills while ${name}`]: wanted, ...raged.figures }
    }
    trial.demand(lost === 0, `${lost} lost`)
    trial.demand(torn === 0, `${torn} torn`)
    return { kills, lost, torn, ...figures }
  }
}
