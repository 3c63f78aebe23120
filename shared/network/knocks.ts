import type Corestore from 'corestore'
import Hypercore from 'hypercore'

/** Tells who has closed a core when somebody opens it: a peer that asks for it does that, too. */
export class Knocks {
  #store: Corestore
  #listeners = new Map<string, () => void>()

  constructor (store: Corestore) {
    this.#store = store
    store.watch(({ discoveryKey }) => this.#listeners.get(discoveryKey.toString('hex'))?.())
  }

  /** @returns how to stop listening */
  listen (keys: Uint8Array[], onKnock: () => void): () => void {
    const ids = keys.map(key => Hypercore.discoveryKey(key).toString('hex'))
    for (const id of ids) this.#listeners.set(id, onKnock)
    return () => { for (const id of ids) this.#listeners.delete(id) }
  }

  /** True when somebody has one of these cores open already. */
  areOpen (keys: Uint8Array[]): boolean {
    return keys.some(key => this.#store.cores.map.has(Hypercore.discoveryKey(key).toString('hex')))
  }
}
