import { namespacesMissing } from '../support/namespaces.ts'
import { runSoak } from '../support/soak.ts'
import type { Suite } from './suite.ts'

/**
 * Seven nodes are killed, stopped, cut off and brought back, disks of them fill and clocks jump, while issues appear; what was
 * said to be safe is compared with who has it.
 */
export const chaos: Suite = {
  options: { minutes: 30 },
  run: async ({ ends, options: { minutes }, draw, demand }) => {
    const missing = namespacesMissing()
    if (missing) throw new Error(missing)
    const { published, safe, safeSaid, falseSafe, ready, events } = await runSoak(ends, { seed: Math.floor(draw() * 2 ** 31), durationMs: minutes! * 60_000 })
    demand(falseSafe.length === 0, `said to be safe and was not: ${falseSafe.join('; ')}`)
    demand(safe === published, `${safe} of ${published} issues are safe at the end`)
    for (const [name, count] of Object.entries(ready)) demand(count === published, `${name} has ${count} of ${published} issues`)
    return { minutes: minutes!, events: events.length, published, 'said to be safe': safeSaid, 'and was not': falseSafe.length }
  }
}
