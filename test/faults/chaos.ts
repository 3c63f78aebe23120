import { namespacesMissing } from '../support/namespaces.ts'
import { runSoak } from '../support/soak.ts'
import type { Suite } from './suite.ts'

/**
 * Seven nodes are killed, stopped, cut off and brought back, disks of them fill and clocks jump, while issues appear; what was
 * said to be safe is compared with who has it, and at the end what was said to be published with what every node has.
 */
export const chaos: Suite = {
  options: { minutes: 30 },
  run: async ({ ends, options: { minutes }, draw, demand }) => {
    const noMachines = namespacesMissing()
    if (noMachines) throw new Error(noMachines)
    const report = await runSoak(ends, { seed: Math.floor(draw() * 2 ** 31), durationMs: minutes! * 60_000 })
    const { published, corrected, safe, safeSaid, falseSafe, missing, events } = report
    demand(falseSafe.length === 0, `said to be safe and was not: ${falseSafe.join('; ')}`)
    demand(safe === published, `${safe} of ${published} issues are safe at the end`)
    for (const what of missing) demand(false, what)
    const counts = { events: events.length, published, corrected, missing: missing.length }
    return { minutes: minutes!, ...counts, 'said to be safe': safeSaid, 'and was not': falseSafe.length }
  }
}
