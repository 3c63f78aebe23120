import { Lists } from './lists/lists.ts'
import { Policies, type PoliciesParts } from './policy/policies.ts'
import { Preparing, type PreparingParts } from './preparing.ts'

/** What a reader does with subscriptions besides reading them. */
export class Subscribing {
  readonly policies: Policies
  readonly preparing: Preparing
  readonly lists: Lists

  constructor (parts: PoliciesParts & Omit<PreparingParts, 'policies'>) {
    this.policies = new Policies(parts)
    this.preparing = new Preparing({ ...parts, policies: this.policies })
    this.lists = new Lists(parts)
  }
}
