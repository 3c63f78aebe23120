import type { Address } from '../../shared/format/address.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import { isDamage } from '../../shared/network/damage.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { Rerun } from './rerun.ts'
import { isTakenBack, type TakenBack, takenBackOf, takenBackOtherwise } from './taken-back.ts'

export interface DriveMemoryParts {
  newsletter: Address
  writer: Pick<RootWriter, 'id'>
  reader: DriveReader
  histories: Histories
  library: Pick<Library, 'issuesBehind'>
  /** Another history was found, or somebody has decided. */
  onChanged: () => void
  /** An issue is taken back since, or is not any more. */
  onTakenBack: (id: string) => void
  /** A block of the index can't be read that is here. */
  onDamaged: () => void
}

/** What is remembered of a drive while it is followed, and what of it has to wait for that. */
export class DriveMemory {
  #parts: DriveMemoryParts
  #history: DriveHistory | null = null
  /** What of the issues that are here its writer shows no more. */
  #takenBack: TakenBack | null = null
  /** One at a time: it reads whole histories. */
  #lookingBack: Rerun
  /** Why it is to be done once more: the index could not be read, or some of it was not here. */
  #isDue: 'unread' | 'missing' | null = null
  #isOpen = false
  #isClosed = false

  constructor (parts: DriveMemoryParts) {
    this.#parts = parts
    this.#lookingBack = new Rerun({
      work: () => this.#lookBack(),
      mayRun: () => !this.#isClosed,
      onFailed: error => this.#unread(error),
      onEnded: () => {}
    })
  }

  /** When the drive is open. */
  async open (): Promise<void> {
    const { histories, newsletter, reader } = this.#parts
    await histories.follow(newsletter, reader, history => {
      this.#history = history
      this.#parts.onChanged()
      this.#lookingBack.run()
    })
    reader.on('indexBlockArrived', () => { if (this.#isDue === 'missing' && this.#isWhole) this.#lookingBack.run() })
    this.#history = await histories.of(newsletter, reader.key)
    if (this.#history) this.#lookingBack.run()
    while (this.#lookingBack.running) await this.#lookingBack.running
    this.#isOpen = true
  }

  async #lookBack (): Promise<void> {
    const before = this.#takenBack
    const now = this.#history && await takenBackOf(this.#parts, this.#history)
    this.#takenBack = now
    this.#isDue = now && !this.#isWhole ? 'missing' : null
    // Who reads the library before has them from there.
    if (this.#isOpen) for (const id of await takenBackOtherwise(this.#parts, before, now)) this.#parts.onTakenBack(id)
  }

  get #isWhole (): boolean { return this.#parts.reader.wholeIndex >= this.#parts.reader.heads.index }

  /** Nothing else of the drive depends on it. */
  #unread (error: unknown): void {
    this.#isDue = 'unread'
    if (isDamage(error) && !this.#isClosed) this.#parts.onDamaged()
  }

  /** Looks again at what could not be read; it may be mended by now, or at least be known to be gone. */
  lookAgain (): void { if (this.#isDue === 'unread') this.#lookingBack.run() }

  /** Its writer has cut off what named this issue, which stays here. */
  isTakenBack (issue: Pick<LibraryIssue, 'id' | 'seq'>): boolean { return isTakenBack(issue, this.#takenBack) }

  /** Ids of all such issues. */
  async takenBack (): Promise<string[]> { return await takenBackOtherwise(this.#parts, null, this.#takenBack) }

  /** Before the drive rests. */
  async look (): Promise<void> {
    await this.#parts.histories.look(this.#parts.reader)
  }

  /** Before the drive is closed. */
  async close (): Promise<void> {
    this.#isClosed = true
    await this.#parts.histories.unfollow(this.#parts.reader)
    await this.#lookingBack.running
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
