import type { Connection } from 'hyperswarm'
import Protomux from 'protomux'
import { PeerBudget } from './peer-budget.ts'

/** Protomux' own channel, and in it several messages in one. */
const CONTROL = 0
const BATCH = 0

/**
 * Gives each connection its budget, and counts by it every message on every channel before anybody works on it, also those
 * that nobody reads. Wraps a method of protomux 3.12, through which all of them go, one by one; what it throws ends the
 * connection, in the middle of a batch, too, which may hold millions of small ones.
 */
export class PeerBudgets {
  #budgets = new WeakMap<Connection, PeerBudget>()
  #onBroken: (connection: Connection, what: string) => void

  constructor (onBroken: (connection: Connection, what: string) => void) {
    this.#onBroken = onBroken
  }

  of (connection: Connection): PeerBudget {
    const known = this.#budgets.get(connection)
    if (known) return known
    const budget = new PeerBudget(what => this.#onBroken(connection, what))
    this.#budgets.set(connection, budget)
    const mux = Protomux.from(connection)
    const decode = mux._decode.bind(mux)
    const open = mux._onopensession.bind(mux)
    mux._onopensession = state => {
      budget.isOpening()
      return open(state)
    }
    let depth = 0
    mux._decode = (channel, state) => {
      if (connection.destroying) return null // somebody has had enough of it
      if (depth === 0) budget.turn()
      depth++
      try {
        // Each of those in it comes here by itself.
        const isBatch = channel === CONTROL && state.buffer[state.start] === BATCH
        return isBatch ? decode(channel, state) : budget.message(state.end - state.start, () => decode(channel, state))
      } finally {
        depth--
      }
    }
    return budget
  }
}
