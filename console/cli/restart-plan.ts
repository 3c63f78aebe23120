/** Who has run for so long runs well: what fails then is no failure in a row. */
const WELL_MS = 60_000
const LONGEST_WAIT_MS = 60_000
/** After so many in a row it is not by chance. */
const CAREFUL_AFTER = 3

/** How a node is started again; see {@link Restarts}. */
export interface NextStart { waitMs: number, isCareful: boolean }

/**
 * How a node that fails is started again: at once; then later and later, so that one that can't run does not keep the machine
 * busy; and every second time carefully, so that what is here can be read meanwhile. Never not at all: whoever found a way to
 * make it fail would else have ended it for good.
 */
export class RestartPlan {
  #inARow = 0
  #isCareful = false

  /** So many starts failed one after the other, each within a minute. */
  get inARow (): number { return this.#inARow }

  /** @param ranMs so long had the one that failed answered, however long it took to start */
  failed (ranMs: number): NextStart {
    // That a careful one runs well says nothing of the others.
    if (ranMs > WELL_MS && !this.#isCareful) this.#inARow = 0
    this.#inARow++
    this.#isCareful = this.#inARow >= CAREFUL_AFTER && !this.#isCareful
    return { waitMs: this.#isCareful || this.#inARow === 1 ? 0 : Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** (this.#inARow - 2)), isCareful: this.#isCareful }
  }

  /** One that ended to be opened anew; so ends a careful one that has run for its time. */
  ended (): NextStart {
    this.#isCareful = false
    return { waitMs: 0, isCareful: false }
  }
}
