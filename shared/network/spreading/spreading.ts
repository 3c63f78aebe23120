import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { InnerCore } from 'hypercore'
import { CoreSpreading } from './core-spreading.ts'
import { readMissingNodesAtOnce } from './missing-nodes.ts'
import { Outbox } from './outbox.ts'
import { Uplink } from './uplink.ts'

/**
 * How blocks spread: who gets which from whom; README.md beside this file describes it. Works with the handlers and the
 * bookkeeping of hypercore 11.37.1 (`lib/replicator.js`); a test fails when they change.
 */
export class Spreading {
  #cores = new WeakMap<InnerCore, CoreSpreading>()
  #outbox = new Outbox(new Uplink())
  #isHeld = false

  /** @param self the key by which others know this node; null off the network */
  constructor (store: Corestore, self: () => Uint8Array | null) {
    readMissingNodesAtOnce()
    store.watch(core => {
      this.#cores.set(core, new CoreSpreading(core, { self, outbox: this.#outbox, isHeld: () => this.#isHeld }))
    })
  }

  /** Takes nothing that it has not asked for, as when there is no room for it, until that is over. */
  hold (isHeld: boolean): void { this.#isHeld = isHeld }

  of ({ core }: Hypercore): CoreSpreading {
    return this.#cores.get(core)!
  }
}
