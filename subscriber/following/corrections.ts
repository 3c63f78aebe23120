import type { LibraryIssue } from '../library/library-issue.ts'

type Revision = Pick<LibraryIssue, 'id' | 'seq'>

interface Correction {
  issue: LibraryIssue
  over: () => void
  /** False: what there is of it is not to be held here. */
  isWanted: boolean
}

/** Revisions that are to take the places of others, which stay in the library until these are complete; of each issue the newest. */
export class Corrections {
  #byId = new Map<string, Correction>()

  /** @param over called when it has taken the place, or will not */
  add (issue: LibraryIssue, over: () => void): void {
    this.#byId.set(issue.id, { issue, over, isWanted: true })
  }

  /** Null: this revision is none. */
  at ({ id, seq }: Revision): Correction | null {
    const correction = this.#byId.get(id)
    return correction?.issue.seq === seq ? correction : null
  }

  /** Of an issue; null: none is on its way. */
  of (id: string): LibraryIssue | null { return this.#byId.get(id)?.issue ?? null }

  /** All, or that of one issue. */
  issues (id?: string): LibraryIssue[] {
    const of = id === undefined ? [...this.#byId.values()] : [this.#byId.get(id)]
    return of.flatMap(correction => correction ? [correction.issue] : [])
  }

  /** How many have to come yet. */
  get missing (): number {
    let missing = 0
    for (const { isWanted } of this.#byId.values()) if (isWanted) missing++
    return missing
  }

  /** It has taken the place, or will not. False: this revision was none. */
  end (revision: Revision): boolean {
    const correction = this.at(revision)
    if (!correction) return false
    this.#byId.delete(revision.id)
    correction.over()
    return true
  }
}
