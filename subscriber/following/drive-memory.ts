import type { Address } from '../../shared/format/address.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { isTakenBack, type TakenBack, takenBackOf } from './taken-back.ts'

export interface DriveMemoryParts {
  newsletter: Address
  reader: DriveReader
  histories: Histories
  /** Another history was found, or somebody has decided. */
  onChanged: () => void
}

/** What is remembered of a drive while it is followed, and what of it has to wait for that. */
export class DriveMemory {
  #parts: DriveMemoryParts
  #history: DriveHistory | null = null
  /** What of the issues that are here its writer shows no more. */
  #takenBack: TakenBack | null = null

  constructor (parts: DriveMemoryParts) {
    this.#parts = parts
  }

  /** When the drive is open. */
  async open (): Promise<void> {
    const { histories, newsletter, reader } = this.#parts
    await histories.follow(newsletter, reader, history => {
      this.#history = history
      this.#parts.onChanged()
      this.#lookBack(history).then(() => this.#parts.onChanged(), () => {}) // closed meanwhile
    })
    this.#history = await histories.of(newsletter, reader.key)
    if (this.#history) await this.#lookBack(this.#history)
  }

  async #lookBack (history: DriveHistory): Promise<void> { this.#takenBack = await takenBackOf(this.#parts, history) }

  /** Its writer has cut off what named this issue, which stays here. */
  isTakenBack (issue: Pick<LibraryIssue, 'id' | 'seq'>): boolean { return isTakenBack(issue, this.#takenBack) }

  /** Before the drive rests. */
  async look (): Promise<void> {
    await this.#parts.histories.look(this.#parts.reader)
  }

  /** Before the drive is closed. */
  async close (): Promise<void> {
    await this.#parts.histories.unfollow(this.#parts.reader)
  }

  /** False: the root has sealed another history than the one that is here. */
  async agreesWithSeal (seal: RootWriter['sealed'] | null): Promise<boolean> {
    const { histories, newsletter, reader } = this.#parts
    return !seal || await histories.agreesWithSeal(newsletter, reader, seal)
  }

  get history (): DriveHistory | null { return this.#history }

  /** Where the index ends for a reader, as long as the root does not say so: what a writer publishes who has signed two histories waits. */
  get heldAt (): number {
    const { choice, heldAt } = this.#history ?? {}
    return choice === 'keep' || choice === 'take' ? Infinity : heldAt ?? Infinity
  }
}
