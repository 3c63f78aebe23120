import type { ComparedIssue, HistoryIssue } from '../shared/api/writers.ts'
import { blake2b256Hex } from '../shared/format/hash.ts'
import type { SignedHistory } from '../shared/format/history.ts'
import { readManifest, verifyManifest } from '../shared/format/issue.ts'
import { parseIssuePath } from '../shared/format/paths.ts'
import type { Steps } from '../shared/format/steps.ts'
import { type IndexEntry, readIndexEntry } from '../shared/network/index-entry.ts'

/** Blocks that are looked at in one go. Usual ones have a kilobyte or two. */
const STEP_BLOCKS = 32

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

function issuesOf (history: SignedHistory, signingKey: string | null): Map<string, Found> {
  const found = new Map<string, Found>()
  // Later blocks count: they set the path anew.
  for (const [seq, block] of history.blocks.entries()) {
    const named = issueIn(seq, block)
    if (named) found.set(named.id, foundIn(named.entry, block, signingKey))
  }
  return found
}

/**
 * The hashes of what stands for the issues of a history, by their ids, from a block of it on. Nothing is checked: equal ones are the same.
 */
export function * issueHashes ({ blocks }: SignedHistory, from = 1): Steps<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (let seq = from; seq < blocks.length; seq++) {
    if (seq % STEP_BLOCKS === 0) yield
    const named = issueIn(seq, blocks[seq]!)
    if (named) hashes.set(named.id, hashOf(named.entry, blocks[seq]!))
  }
  return hashes
}

/** The issue whose manifest a block sets. */
function issueIn (seq: number, block: Uint8Array): { id: string, entry: IndexEntry } | null {
  const entry = seq === 0 ? null : entryIn(seq, block)
  const issue = entry && parseIssuePath(entry.path)
  return issue?.rest === 'issue.json' ? { id: issue.id, entry: entry! } : null
}

function entryIn (seq: number, block: Uint8Array): IndexEntry | null {
  try {
    return readIndexEntry(seq, block)
  } catch {
    return null // one that can't be right names no issue
  }
}

/** A manifest that is too large for the index has no title here. */
function foundIn (entry: IndexEntry, block: Uint8Array, signingKey: string | null): Found {
  const unknown = { title: '', number: 0, revision: 0, publishedAt: '', verified: false }
  const hash = hashOf(entry, block)
  if (!entry.signed) return { issue: unknown, hash }
  const { manifest, signature } = entry.signed
  const bytes = new TextEncoder().encode(manifest)
  try {
    const { title, number, revision, publishedAt } = signingKey === null ? readManifest(bytes) : verifyManifest(bytes, signature, signingKey)
    return { issue: { title, number, revision, publishedAt, verified: signingKey !== null }, hash }
  } catch {
    return { issue: unknown, hash } // nothing is said in its name that it did not sign
  }
}

function hashOf ({ signed }: IndexEntry, block: Uint8Array): string {
  return blake2b256Hex(signed ? new TextEncoder().encode(signed.manifest) : block)
}
