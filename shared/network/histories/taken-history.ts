import type { SignedHistory } from '../../format/history.ts'
import type { CoreState } from '../../format/receipt.ts'
import type { KeptHistory } from './kept-histories.ts'
import { treeHashAt } from './signed-history.ts'
import type { DriveHistory } from './stored-history.ts'

/** What is remembered of a drive whose reader has read on with another history than was here before. */
export function takenInstead (known: DriveHistory | null, before: { head: CoreState, history: SignedHistory }, { head, history }: KeptHistory): DriveHistory {
  const length = Math.min(head.length, before.head.length)
  const [first] = known?.others ?? []
  return {
    seen: { index: head, blobs: null },
    others: [{
      foundAt: first?.foundAt ?? new Date().toISOString(),
      core: 'index',
      here: { ...head, length, treeHash: treeHashAt(history, length) },
      other: { ...before.head, length, treeHash: treeHashAt(before.history, length) },
      signed: { length: before.head.length, treeHash: before.head.treeHash, signature: Buffer.from(before.history.signature).toString('hex') },
      peer: known?.others.find(({ peer }) => peer !== '')?.peer ?? ''
    }],
    heldAt: null,
    choice: 'take'
  }
}
