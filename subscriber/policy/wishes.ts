import { setTimeout } from 'node:timers/promises'
import type { Policy } from '../../shared/api/policies.ts'
import type { Address } from '../../shared/format/address.ts'
import { Turns } from '../../shared/turns.ts'
import type { Following } from '../following/following.ts'
import { LookingTurns } from '../following/looking-turns.ts'
import type { IssueKey } from '../issue-view.ts'
import type { IssueMoment, IssueToHold, LibraryIssue } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import { besideIndex } from './beside-index.ts'
import { ComingRevisions } from './coming-revisions.ts'
import { type Extent, partsIn, type Wish } from './extent.ts'
import { Extents } from './extents.ts'
import { isEverything } from './is-everything.ts'
import { issuesToHold } from './issues-to-hold.ts'

/** So long may a wish wait, and with it whoever closes a newsletter. */
const MOST_REST_MS = 5_000

export interface WishesParts {
  following: Following
  library: Library
  policyOf: (address: Address) => Policy
  /** Something has come that policies decide by, or will not come. */
  onChanged: (address: Address) => void
}

/** What of each issue is to be fetched, asked as it comes: by its newsletter's policy, and with revisions that are coming in the places that they will take. */
export class Wishes {
  #parts: WishesParts
  #extents = new Map<Address, Extents>()
  /** What was decided when a policy was applied last: by what the library has. */
  #planned = new Map<Address, Extents>()
  /** One question about a newsletter's extents after the other. */
  #deciding = new Turns()
  /** When a newsletter's extents were last decided anew, and how long that took. */
  #decided = new Map<Address, { endedMs: number, tookMs: number }>()
  #looking = new LookingTurns()
  /** The revisions of issues that were asked for last in this run, by the ids of those. */
  #asked = new Map<Address, Map<string, string>>()
  #coming = new ComingRevisions()
  #stopping = new AbortController()

  constructor (parts: WishesParts) {
    this.#parts = parts
  }

  stop (): void { this.#stopping.abort() }

  async of (issue: LibraryIssue): Promise<Wish> {
    const policy = this.#parts.policyOf(issue.newsletter)
    const textFirst = policy.content === 'textFirst'
    if (isEverything(policy)) return { parts: issue.locations, textFirst }
    // An earlier one stays as it was planned: the room of what is to take its place may not be there.
    const extent = this.#coming.areAfter(issue) ? this.#planned.get(issue.newsletter)?.of(issue.id) : await this.#ask(issue, policy)
    await this.#looking.turn(issue) // all that have come may have waited for one answer, and a manifest be read of each
    return { parts: partsIn(issue, extent ?? 'whole'), textFirst }
  }

  /** What was decided about a newsletter no longer counts. */
  decideAnew (address: Address): void { this.#extents.delete(address) }

  /** A policy is applied in this way. */
  plan (address: Address, extents: Extents): void { this.#planned.set(address, extents) }

  /** A newsletter is followed no longer. */
  forget (address: Address): void {
    for (const known of [this.#extents, this.#planned, this.#decided, this.#asked]) known.delete(address)
    this.#coming.forget(address)
  }

  /** It may be that a revision has taken the place of another. */
  async issueChanged ({ newsletter, id }: IssueKey): Promise<void> {
    const coming = this.#coming.of(newsletter, id)
    if (!coming) return
    const known = await this.#parts.library.issue(newsletter, id)
    if (known && known.revision >= coming.revision) await this.correctionOver(coming)
  }

  /** A revision that was to take the place of another has done so, or will not. */
  async correctionOver (issue: LibraryIssue): Promise<void> {
    if (!this.#coming.end(issue)) return
    const known = await this.#parts.library.issue(issue.newsletter, issue.id)
    // What others have was decided by its room.
    if (known?.writer !== issue.writer || known.seq !== issue.seq) this.#extents.delete(issue.newsletter)
    this.#parts.onChanged(issue.newsletter)
  }

  /** @returns undefined where nobody waits for the answer any more */
  async #ask (issue: LibraryIssue, policy: Policy): Promise<Extent | undefined> {
    const { newsletter, id, writer, seq } = issue
    const revision = `${writer} ${seq}`
    return await this.#deciding.inTurn(newsletter, async () => {
      if (this.#isEnding(newsletter)) return undefined
      const asked = this.#asked.get(newsletter) ?? new Map<string, string>()
      const isNew = asked.get(id) !== revision
      if (isNew && policy.maxDiskBytes !== null) await this.#lookForRoom(issue)
      const extent = await this.#extentOf(issue)
      if (!isNew || this.#isEnding(newsletter)) return extent
      this.#asked.set(newsletter, asked.set(id, revision))
      this.#parts.onChanged(newsletter) // older ones may have to go for it
      return extent
    })
  }

  #isEnding (address: Address): boolean {
    const { following } = this.#parts
    return this.#stopping.signal.aborted || !following.has(address) || Boolean(following.get(address).closing)
  }

  /** Another may have been decided about by this name, which takes other room. */
  async #lookForRoom (issue: LibraryIssue): Promise<void> {
    const { newsletter, id, revision } = issue
    const known = await this.#parts.library.issue(newsletter, id)
    if (known && known.revision < revision) this.#coming.add(issue)
    if (this.#extents.get(newsletter)?.isAbout(issue) === false) this.#extents.delete(newsletter)
  }

  async #extentOf ({ newsletter, id }: LibraryIssue): Promise<Extent | undefined> {
    const known = this.#extents.get(newsletter)
    // An index is read from its end on, so what comes is mostly older than what was there.
    if (known && known.of(id) === undefined) for await (const issues of this.#pages(newsletter, known.oldest)) known.decide(issues)
    if (known?.of(id) !== undefined) return known.of(id)
    await this.#rest(newsletter)
    if (this.#isEnding(newsletter)) return undefined
    const startedMs = performance.now()
    const extents = new Extents(besideIndex(this.#parts.following.get(newsletter), this.#parts.policyOf(newsletter)))
    this.#extents.set(newsletter, extents) // at once, so that a policy that comes meanwhile takes it away again
    try {
      for await (const _ of extents.decideAll(() => this.#pages(newsletter))) { /* decided */ }
    } catch (error) {
      this.#extents.delete(newsletter)
      throw error
    }
    this.#decided.set(newsletter, { endedMs: performance.now(), tookMs: performance.now() - startedMs })
    return extents.of(id)
  }

  async * #pages (newsletter: Address, olderThan: IssueMoment | null = null): AsyncGenerator<IssueToHold[]> {
    for await (const issues of issuesToHold(newsletter, this.#parts.library, olderThan)) yield this.#coming.over(issues)
  }

  /** Of two writers who are read at once, one is always newer than what was decided about: deciding anew has a third of the time, not all of it. */
  async #rest (address: Address): Promise<void> {
    const { endedMs, tookMs } = this.#decided.get(address) ?? { endedMs: 0, tookMs: 0 }
    const restMs = endedMs + Math.min(2 * tookMs, MOST_REST_MS) - performance.now()
    if (restMs > 0) await setTimeout(restMs, undefined, { signal: this.#stopping.signal }).catch(() => {}) // it ends
  }
}
