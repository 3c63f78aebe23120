import { setImmediate } from 'node:timers/promises'
import type { LibraryIssue } from '../library/library-issue.ts'

/** So much is looked at in one turn; some milliseconds. */
const COST_AT_ONCE = 1_000
/** What costs as much as one part: so many blocks, of which every other one may be here, and so many bytes of a manifest. */
const BLOCKS = 64
const MANIFEST_BYTES = 256

/**
 * Lets issues be looked at a few at a time, so that whatever else there is to do has its turn between them: each may have a
 * thousand parts, and claim gigabytes, without a byte of it anywhere.
 */
export class LookingTurns {
  #last: Promise<void> = Promise.resolve()
  #cost = 0

  /** Returns when one more issue may be looked at. */
  async turn (issue: Pick<LibraryIssue, 'manifest' | 'locations'>): Promise<void> {
    const turn = this.#last.then(async () => {
      if (this.#cost >= COST_AT_ONCE) {
        this.#cost = 0
        await setImmediate()
      }
      this.#cost += costOf(issue)
    })
    this.#last = turn
    await turn
  }
}

function costOf ({ manifest, locations }: Pick<LibraryIssue, 'manifest' | 'locations'>): number {
  return locations.reduce((sum, { blockLength }) => sum + 1 + blockLength / BLOCKS, manifest.length / MANIFEST_BYTES)
}
