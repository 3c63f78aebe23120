import type { Policy } from '../../shared/api/policies.ts'
import type { IssueToHold, LibraryPart } from '../library/library-issue.ts'
import { type Extent, partsIn } from './extent.ts'

/** What the store needs for a block beside its bytes: its place in the tree, and its share of the index. */
const BLOCK_OVERHEAD_BYTES = 400

/** How much of each issue a policy holds, by id. @param issues the newest first */
export function extentsOf (policy: Policy, issues: IssueToHold[]): Map<string, Extent> {
  const { last, maxDiskBytes, keepSaved } = policy
  const usual = usualOf(policy)
  const extents = new Map<string, Extent>()
  let left = maxDiskBytes ?? Infinity
  // They stay whatever comes, so they have their room first.
  for (const issue of issues) {
    if (!issue.fetched && !(keepSaved && issue.saved)) continue
    extents.set(issue.id, 'whole')
    left -= diskBytesOf(issue.locations)
  }
  for (const [i, issue] of issues.entries()) {
    if (extents.has(issue.id)) continue
    const bytes = left === Infinity ? 0 : diskBytesOf(partsIn(issue, usual))
    const isHeld = (last === null || i < last) && bytes <= left
    extents.set(issue.id, isHeld ? usual : 'nothing')
    if (isHeld) left -= bytes
  }
  return extents
}

function usualOf ({ content, attachments }: Policy): Extent {
  if (content === 'textOnly') return 'text'
  return attachments === 'onRequest' ? 'pictures' : 'whole'
}

function diskBytesOf (parts: LibraryPart[]): number {
  return parts.reduce((sum, { byteLength, blockLength }) => sum + byteLength + blockLength * BLOCK_OVERHEAD_BYTES, 0)
}
