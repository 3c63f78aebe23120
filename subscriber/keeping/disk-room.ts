import type { Address } from '../../shared/format/address.ts'
import { type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import { claims, type HeldReceipt, type IssuePieces } from '../../shared/network/receipts/held-receipt.ts'
import { diskBytesOf } from '../library/disk-bytes.ts'
import type { LibraryIssue, RevisionPlace } from '../library/library-issue.ts'
import { countCopies } from './count-copies.ts'

/** A manifest stands in the index once more. */
const ISSUE_OVERHEAD_BYTES = 4_000

/** An issue that takes room, or would. */
interface Lodger extends IssuePieces { newsletter: Address, id: string, publishedAt: string, diskBytes: number }

/** What is asked of an issue to know its room. */
type LyingIssue = Pick<LibraryIssue, 'id' | 'writer' | 'seq' | 'publishedAt' | 'locations'>

/** Those of a newsletter, by id. */
class Lodgers extends Map<string, Lodger> {
  diskBytes = 0

  override set (id: string, lodger: Lodger): this {
    this.delete(id)
    this.diskBytes += lodger.diskBytes
    return super.set(id, lodger)
  }

  override delete (id: string): boolean {
    this.diskBytes -= this.get(id)?.diskBytes ?? 0
    return super.delete(id)
  }
}

export interface DiskRoomParts {
  /** Newsletters that are held for others alone, whose issues may be taken off the disk. */
  kept: () => Address[]
  /** Bytes that a newsletter, or all together (null), may have; null: no limit. */
  capOf: (newsletter: Address | null) => number | null
  /** False: the caps may be others than were said, so that nothing goes for them, and nothing comes that has no room as it is. */
  mayEvict: () => boolean
  /** z-base-32 of a writer's drive. */
  driveOf: (newsletter: Address, writer: string) => string | null
  /** Bytes of a newsletter that can't be given up: its index. */
  indexBytesOf: (newsletter: Address) => number
  received: (newsletter: Address) => HeldReceipt[]
  /** Where the issues lie that are here. */
  present: (newsletter: Address) => AsyncIterable<LyingIssue>
  /** Null when the library does not have it. */
  issue: (newsletter: Address, id: string) => Promise<LyingIssue & Pick<LibraryIssue, 'state'> | null>
  /** Blocks of drives, by their keys, that others have than those that leave together. */
  staying: (leaving: { newsletter: Address, id: string, drive: string }[]) => Promise<Map<string, BlockRanges>>
  evict: (issue: { newsletter: Address, id: string, drive: string }, copies: number, stays?: BlockRanges) => Promise<void>
}

/**
 * Sees to it that what is kept stays within its caps. When there is no room, whole issues go: those first of which there
 * are most copies elsewhere, and among equals the oldest.
 */
export class DiskRoom {
  #parts: DiskRoomParts
  #lodgers = new Map<Address, Promise<Lodgers>>()
  /** One decision after the other. */
  #deciding: Promise<unknown> = Promise.resolve()

  constructor (parts: DiskRoomParts) {
    this.#parts = parts
  }

  /** Whether an issue may come; others may have to go for it. A revision takes the room of the one before; where there is too little, that goes. */
  async admits (issue: LibraryIssue): Promise<boolean> {
    if (!this.#parts.kept().includes(issue.newsletter)) return true
    return await this.#inTurn(async () => {
      const lodgers = await this.#lodgersOf(issue.newsletter)
      const [before, lodger] = [lodgers.get(issue.id), this.#lodgerOf(issue.newsletter, issue)]
      if (!lodger || (before?.drive === lodger.drive && before.seq >= lodger.seq)) return before !== undefined
      if (await this.#makeRoom(lodger)) {
        lodgers.set(issue.id, lodger)
        return true
      }
      if (before && this.#parts.mayEvict()) await this.#letGo(before)
      return false
    })
  }

  /** A revision that was admitted in the place of another has taken it, or will not: what the library has has its room. */
  async correctionOver ({ newsletter, id, writer, seq }: RevisionPlace): Promise<void> {
    if (!this.#lodgers.has(newsletter)) return
    await this.#inTurn(async () => {
      const [lodgers, known] = [await this.#lodgersOf(newsletter), await this.#parts.issue(newsletter, id)]
      const lodger = lodgers.get(id)
      if (lodger?.seq !== seq || lodger.drive !== this.#parts.driveOf(newsletter, writer)) return
      const isHeld = known !== null && known.state !== 'removed' && known.state !== 'notVerified'
      const before = isHeld ? this.#lodgerOf(newsletter, known) : null
      if (before) lodgers.set(id, before)
      else lodgers.delete(id)
    })
  }

  /** Takes off what is too much since a cap became smaller. */
  async shrink (): Promise<void> {
    await this.#inTurn(() => this.#makeRoom(null))
  }

  forget (newsletter: Address): void {
    this.#lodgers.delete(newsletter)
  }

  async usedBytes (newsletter: Address): Promise<number> {
    return (await this.#lodgersOf(newsletter)).diskBytes + this.#parts.indexBytesOf(newsletter)
  }

  async #makeRoom (wanted: Lodger | null): Promise<boolean> {
    const scopes: (Address | null)[] = wanted ? [wanted.newsletter, null] : [...this.#parts.kept(), null]
    for (const scope of scopes) {
      const leaving = await this.#leaving(scope, wanted)
      if (leaving === null) return false
      const staying = await this.#parts.staying(leaving)
      for (const lodger of leaving) await this.#letGo(lodger, staying.get(lodger.drive))
    }
    return true
  }

  /** @param stays see {@link DiskRoomParts.staying} */
  async #letGo (lodger: Lodger, stays?: BlockRanges): Promise<void> {
    (await this.#lodgersOf(lodger.newsletter)).delete(lodger.id)
    const copies = this.#parts.received(lodger.newsletter).filter(held => claims(held, lodger)).length
    await this.#parts.evict(lodger, copies, stays)
  }

  /** Who has to go so that a scope keeps within its cap; null when what is wanted is worth less than all who could. */
  async #leaving (scope: Address | null, wanted: Lodger | null): Promise<Lodger[] | null> {
    const cap = this.#parts.capOf(scope)
    if (cap === null) return []
    const newsletters = scope === null ? this.#parts.kept() : [scope]
    const used = await Promise.all(newsletters.map(newsletter => this.usedBytes(newsletter)))
    const before = wanted && (await this.#lodgersOf(wanted.newsletter)).get(wanted.id)
    let over = used.reduce((sum, bytes) => sum + bytes, (wanted?.diskBytes ?? 0) - (before?.diskBytes ?? 0)) - cap
    if (over <= 0) return []
    if (!this.#parts.mayEvict()) return wanted ? null : []
    const ranked = (await Promise.all(newsletters.map(async newsletter => await this.#worthOf([...(await this.#lodgersOf(newsletter)).values()])))).flat()
    ranked.sort((a, b) => b.copies - a.copies || (a.lodger.publishedAt < b.lodger.publishedAt ? -1 : 1))
    const [worth] = wanted ? await this.#worthOf([wanted]) : []
    const leaving: Lodger[] = []
    for (const candidate of ranked) {
      if (over <= 0) break
      if (candidate.lodger === before || (worth && !isWorthLess(candidate, worth))) continue
      leaving.push(candidate.lodger)
      over -= candidate.lodger.diskBytes
    }
    return over <= 0 || !wanted ? leaving : null
  }

  /** @param lodgers of one newsletter */
  async #worthOf (lodgers: Lodger[]): Promise<Worth[]> {
    const newsletter = lodgers[0]?.newsletter
    if (newsletter === undefined) return []
    const copies = await countCopies(lodgers, this.#parts.received(newsletter))
    return lodgers.map((lodger, i) => ({ lodger, copies: copies[i]! }))
  }

  #lodgersOf (newsletter: Address): Promise<Lodgers> {
    const known = this.#lodgers.get(newsletter)
    if (known) return known
    const loading = this.#load(newsletter)
    this.#lodgers.set(newsletter, loading)
    loading.catch(() => this.#lodgers.delete(newsletter)) // told to who asked; the next one tries again
    return loading
  }

  async #load (newsletter: Address): Promise<Lodgers> {
    const lodgers = new Lodgers()
    for await (const issue of this.#parts.present(newsletter)) {
      const lodger = this.#lodgerOf(newsletter, issue)
      if (lodger) lodgers.set(issue.id, lodger)
    }
    return lodgers
  }

  #lodgerOf (newsletter: Address, { id, writer, seq, publishedAt, locations }: LyingIssue): Lodger | null {
    const drive = this.#parts.driveOf(newsletter, writer)
    if (drive === null) return null
    const runs = rangesOf(locations.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))
    return { newsletter, id, drive, seq, runs, publishedAt, diskBytes: diskBytesOf(locations) + ISSUE_OVERHEAD_BYTES }
  }

  async #inTurn<T> (work: () => Promise<T>): Promise<T> {
    const turn = this.#deciding.then(work)
    this.#deciding = turn.catch(() => {}) // told to whom it was for
    return await turn
  }
}

interface Worth { lodger: Lodger, copies: number }

/** One copy more or less does not count: else two keepers would swap for ever. */
function isWorthLess (a: Worth, b: Worth): boolean {
  if (Math.abs(a.copies - b.copies) > 1) return a.copies > b.copies
  return a.lodger.publishedAt < b.lodger.publishedAt
}
