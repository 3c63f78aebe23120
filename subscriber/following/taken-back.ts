import type { Address } from '../../shared/format/address.ts'
import type { SignedHistory } from '../../shared/format/history.ts'
import type { CoreState } from '../../shared/format/receipt.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { Steps } from '../../shared/format/steps.ts'
import { inSteps } from '../../shared/in-steps.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import { sharedBlocks } from '../../shared/network/histories/signed-history.ts'
import type { DriveHistory } from '../../shared/network/histories/stored-history.ts'
import { issueHashes } from '../history-issues.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/** What a writer has cut off its drive, and of which what is here stays. */
export interface TakenBack {
  /** The first index block that is gone. */
  from: number
  /** What stands from here on came afterwards, in the history that is here. */
  to: number
  /** Ids of issues that the writer published again as they were. */
  again: Set<string>
}

export interface TakenBackParts { histories: Histories, newsletter: Address, reader: DriveReader }

/** Null when nothing was cut off. As long as the writer's new history is not kept whole, what it surely has no more counts. */
export async function takenBackOf ({ histories, newsletter, reader }: TakenBackParts, { others, heldAt }: DriveHistory): Promise<TakenBack | null> {
  const signed = others.filter(({ core, bySeal }) => core === 'index' && !bySeal)
  if (signed.length === 0 || heldAt === null) return null
  // As it is by now: the store may have come again with one that had been another before.
  const fork = await reader.withCores(async ({ index }) => index.fork)
  const cut = signed.map(({ other }) => other).filter(other => other.fork > fork)
  if (cut.length === 0) return null
  const newest = furthest(cut, one => one)!
  const kept = (await histories.kept.of(newsletter, reader.key)).filter(({ head }) => head.fork === newest.fork)
  const other = furthest(kept, ({ head }) => head)?.history
  const here = other && await histories.here(newsletter, reader.key)
  if (!other || !here) return { from: newest.length, to: heldAt, again: new Set() }
  return { ...await inSteps(comparison(here, other)), to: heldAt }
}

/** The longest of the newest fork. */
function furthest<T> (histories: T[], headOf: (history: T) => CoreState): T | undefined {
  return histories.toSorted((a, b) => headOf(b).fork - headOf(a).fork || headOf(b).length - headOf(a).length)[0]
}

/** Of what both begin with, the one may have set something anew. */
function * comparison (here: SignedHistory, other: SignedHistory): Steps<Pick<TakenBack, 'from' | 'again'>> {
  const from = sharedBlocks(here, other)
  const ours = yield * issueHashes(here, from)
  const theirs = yield * issueHashes(other)
  return { from, again: new Set([...ours].filter(([id, hash]) => theirs.get(id) === hash).map(([id]) => id)) }
}

export function isTakenBack ({ id, seq }: Pick<LibraryIssue, 'id' | 'seq'>, takenBack: TakenBack | null): boolean {
  return takenBack !== null && seq >= takenBack.from && seq < takenBack.to && !takenBack.again.has(id)
}

export interface WriterOfLibrary { library: Pick<Library, 'issuesBehind'>, newsletter: Address, writer: Pick<RootWriter, 'id'> }

/** Ids of a writer's issues that are taken back by the one and not by the other. */
export async function takenBackOtherwise (
  { library, newsletter, writer }: WriterOfLibrary, before: TakenBack | null, now: TakenBack | null
): Promise<string[]> {
  const from = Math.min(before?.from ?? Infinity, now?.from ?? Infinity)
  if (from === Infinity) return []
  const behind = await library.issuesBehind(newsletter, writer.id, from)
  return behind.filter(issue => isTakenBack(issue, before) !== isTakenBack(issue, now)).map(({ id }) => id)
}
