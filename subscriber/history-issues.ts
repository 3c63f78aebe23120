import type { ComparedIssue, HistoryIssue } from '../shared/api/writers.ts'
import { blake2b256Hex } from '../shared/format/hash.ts'
import type { SignedHistory } from '../shared/format/history.ts'
import { readManifest, verifyManifest } from '../shared/format/issue.ts'
import { parseIssuePath } from '../shared/format/paths.ts'
import { type IndexEntry, readIndexEntry } from '../shared/network/index-entry.ts'

/** The newest revision of an issue in a history, and the hash of what stands for it there. */
interface Found { issue: HistoryIssue, hash: string }

/**
 * What two histories of one drive say of its issues, those first that differ.
 *
 * @param signingKey of the writer; null where only the drive's own signature counts
 */
export function compareIssues (here: SignedHistory | null, other: SignedHistory, signingKey: string | null): ComparedIssue[] {
  const [ours, theirs] = [here ? issuesOf(here, signingKey) : new Map<string, Found>(), issuesOf(other, signingKey)]
  const compared = [...new Set([...ours.keys(), ...theirs.keys()])].sort().map(id => {
    const [a, b] = [ours.get(id), theirs.get(id)]
    return { id, here: a?.issue ?? null, other: b?.issue ?? null, differs: a?.hash !== b?.hash }
  })
  return compared.sort((a, b) => Number(b.differs) - Number(a.differs))
}

function issuesOf ({ blocks }: SignedHistory, signingKey: string | null): Map<string, Found> {
  const found = new Map<string, Found>()
  for (const [seq, block] of blocks.entries()) {
    const entry = seq === 0 ? null : entryIn(seq, block)
    const issue = entry && parseIssuePath(entry.path)
    // Later blocks count: they set the path anew.
    if (issue?.rest === 'issue.json') found.set(issue.id, foundIn(entry!, block, signingKey))
  }
  return found
}

function entryIn (seq: number, block: Uint8Array): IndexEntry | null {
  try {
    return readIndexEntry(seq, block)
  } catch {
    return null // one that can't be right names no issue
  }
}

/** A manifest that is too large for the index has no title here. */
function foundIn ({ signed }: IndexEntry, block: Uint8Array, signingKey: string | null): Found {
  const unknown = { title: '', number: 0, revision: 0, publishedAt: '', verified: false }
  if (!signed) return { issue: unknown, hash: blake2b256Hex(block) }
  const bytes = new TextEncoder().encode(signed.manifest)
  const hash = blake2b256Hex(bytes)
  try {
    const { title, number, revision, publishedAt } = signingKey === null ? readManifest(bytes) : verifyManifest(bytes, signed.signature, signingKey)
    return { issue: { title, number, revision, publishedAt, verified: signingKey !== null }, hash }
  } catch {
    return { issue: unknown, hash } // nothing is said in its name that it did not sign
  }
}
