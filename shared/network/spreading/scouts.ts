import type { InnerCore } from 'hypercore'

/** Neighbouring blocks whose proofs have nearly all in common. */
const GROUP = 32
/** Where fewer blocks are missing, waiting for one costs more than it saves. */
const MANY = 256
/** Of larger blocks the proof is nothing: a node of the tree takes about 36 bytes, and there are a dozen or so. */
const SMALL_BYTES = 8 * 1024

/**
 * Of many small blocks one is asked for first in each group, and the others when it is here: its proof has brought what leads
 * from the group to the root, which else each of them would bring again, though it weighs as much as a block.
 */
export class Scouts {
  #core: InnerCore
  #isOn: boolean
  #here = new Map<number, boolean>()
  #sent = new Set<number>()

  /** @param missing how many blocks are to be asked for, and were */
  constructor (core: InnerCore, missing: number) {
    const { length, byteLength } = core.state
    this.#core = core
    this.#isOn = missing >= MANY && byteLength < length * SMALL_BYTES
  }

  /** A block that is on its way. */
  sent (block: number): void {
    if (this.#isOn) this.#sent.add(Math.floor(block / GROUP))
  }

  /** False: another one of its group is on its way, and none is here. */
  isDue (block: number): boolean {
    if (!this.#isOn) return true
    const group = Math.floor(block / GROUP)
    return !this.#sent.has(group) || this.#isHere(group)
  }

  #isHere (group: number): boolean {
    let isHere = this.#here.get(group)
    if (isHere === undefined) {
      const first = this.#core.bitfield.firstSet(group * GROUP)
      this.#here.set(group, isHere = first !== -1 && first < (group + 1) * GROUP)
    }
    return isHere
  }
}
