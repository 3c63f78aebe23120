import { Arrivals, type ArrivalsParts } from './arrivals.ts'
import { Exporting } from './exporting/exporting.ts'
import { Lists } from './lists/lists.ts'
import { Policies, type PoliciesParts } from './policy/policies.ts'
import { Preparing, type PreparingParts } from './preparing.ts'
import { Highlighting } from './reading/highlighting.ts'
import type { Reading } from './reading/reading.ts'

/** What a reader does with subscriptions besides reading them. */
export class Subscribing {
  readonly policies: Policies
  readonly preparing: Preparing
  readonly lists: Lists
  readonly exporting: Exporting
  readonly highlighting: Highlighting
  readonly arrivals: Arrivals

  constructor (parts: PoliciesParts & Omit<PreparingParts, 'policies'> & ArrivalsParts & { reading: Reading }) {
    this.policies = new Policies(parts)
    this.preparing = new Preparing({ ...parts, policies: this.policies })
    this.lists = new Lists(parts)
    this.exporting = new Exporting(parts)
    this.highlighting = new Highlighting(parts)
    this.arrivals = new Arrivals(parts)
  }

  /** Ends what runs by itself. */
  async stop (): Promise<void> {
    await Promise.all([this.policies.stop(), this.arrivals.close()])
  }
}
