import type Corestore from 'corestore'
import Hypercore from 'hypercore'

/** Tells who has closed a core when somebody opens it: a peer that asks for it does that, too. */
export class Knocks {
  #store: Corestore
  /** By discovery key in hex. Several for one: what a stranger says is his drive may be another's. */
  #listeners = new Map<string, Set<() => void>>()

  constructor (store: Corestore) {
    this.#store = store
    store.watch(({ discoveryKey }) => {
      for (const onKnock of [...this.#listeners.get(discoveryKey.toString('hex')) ?? []]) onKnock()
    })
  }

  /** @returns how to stop listening */
  listen (keys: Uint8Array[], onKnock: () => void): () => void {
    const ids = keys.map(key => Hypercore.discoveryKey(key).toString('hex'))
    for (const id of ids) this.#listeners.set(id, (this.#listeners.get(id) ?? new Set()).add(onKnock))
    return () => { for (const id of ids) this.#stop(id, onKnock) }
  }

  #stop (id: string, onKnock: () => void): void {
    const listeners = this.#listeners.get(id)
    listeners?.delete(onKnock)
    if (listeners?.size === 0) this.#listeners.delete(id)
  }

  /** True when somebody has one of these cores open already. */
  areOpen (keys: Uint8Array[]): boolean {
    return keys.some(key => this.#store.cores.map.has(Hypercore.discoveryKey(key).toString('hex')))
  }
}
