import type { Address } from '../../shared/format/address.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import { sharedBlocks } from '../../shared/network/histories/signed-history.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import { compareIssues } from '../history-issues.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/** What a writer has cut off its drive, and of which what is here stays. */
export interface TakenBack {
  /** The first index block that is gone. */
  from: number
  /** Ids of issues that the writer published again as they were. */
  again: Set<string>
}

/** Null when nothing was cut off. As long as the writer's new history is not kept whole, what it surely has no more counts. */
export async function takenBackOf (
  { histories, newsletter, reader }: { histories: Histories, newsletter: Address, reader: DriveReader }, { others }: DriveHistory
): Promise<TakenBack | null> {
  const cut = others.filter(({ core, here, other, bySeal }) => core === 'index' && !bySeal && other.fork > here.fork)
  if (cut.length === 0) return null
  const newest = cut.reduce((a, b) => b.other.fork > a.other.fork ? b : a).other
  const kept = (await histories.kept.of(newsletter, reader.key)).find(({ head }) => head.fork === newest.fork)
  const here = kept ? await histories.here(newsletter, reader.key) : null
  if (!kept || !here) return { from: newest.length, again: new Set() }
  const same = compareIssues(here, kept.history, null).filter(({ differs }) => !differs)
  return { from: sharedBlocks(here, kept.history), again: new Set(same.map(({ id }) => id)) }
}

export function isTakenBack ({ id, seq }: Pick<LibraryIssue, 'id' | 'seq'>, takenBack: TakenBack | null): boolean {
  return takenBack !== null && seq >= takenBack.from && !takenBack.again.has(id)
}
