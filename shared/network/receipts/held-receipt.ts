import type { BlockRanges } from '../../format/block-ranges.ts'
import { covers } from '../../format/block-ranges.ts'
import { isWithdrawn, type Receipt, receiptFault } from '../../format/receipt.ts'
import type { Signed } from '../../format/signed-json.ts'

/** What challenges have shown of a holder. */
export interface Audit {
  /** What was asked for and answered rightly: the index up to this length, and these blocks. */
  index: number
  blocks: BlockRanges
  /** When everything that was claimed then was last gone through; ms since 1970, by our clock; null: not yet. */
  passedMs: number | null
  /** Names the machine that answered without telling which it is; empty before the first answer. */
  machine: string
  fault: AuditFault | null
}

/**
 * `wrong`: answered with other bytes. `missing`: says that it lacks what its receipt claims. `unanswered`: is connected
 * and does not answer. `history`: its cores are of another history than ours.
 */
export interface AuditFault { kind: 'wrong' | 'missing' | 'unanswered' | 'history', atMs: number, number: number }

/** A receipt as it is kept, with what is known of its holder. */
export interface HeldReceipt {
  signed: Signed
  receipt: Receipt
  /** The holder's public key in hex. */
  holder: string
  /** When this number was first heard, by our clock. */
  heardMs: number
  /** The same, or since when this program knows it, by a clock that nobody sets. */
  cameMs: number
  /** Noise key in hex of the node that passed it on; empty: the holder itself. */
  toldBy: string
  /** Noise key in hex of who gave it, the holder or another. */
  givenBy: string
  audit: Audit
}

/** `good`: challenged not longer ago than the audit period, and right. Only such receipts count. */
export type Standing = 'good' | 'unchecked' | 'stale' | AuditFault['kind'] | 'clock' | 'expired' | 'withdrawn'

export function standingOf ({ receipt, audit }: HeldReceipt, nowMs: number, periodMs: number): Standing {
  if (isWithdrawn(receipt)) return 'withdrawn'
  const fault = receiptFault(receipt, nowMs)
  if (fault) return fault
  if (audit.fault) return audit.fault.kind
  if (audit.passedMs === null) return 'unchecked'
  // A time that lies ahead comes from a clock that was set back: it tells nothing.
  return nowMs - audit.passedMs > periodMs || audit.passedMs > nowMs ? 'stale' : 'good'
}

/** Where an issue lies in its writer's drive. */
export interface IssuePieces {
  /** z-base-32 of the drive's key. */
  drive: string
  /** Index block of its manifest. */
  seq: number
  /** Blocks of the blobs core. */
  runs: BlockRanges
}

/** True when the receipt claims the whole issue. */
export function claims ({ receipt }: HeldReceipt, { drive, seq, runs }: IssuePieces): boolean {
  return receipt.drive === drive && seq < receipt.index.length && runs.every(([start, end]) => covers(receipt.blocks, start, end))
}

/** True when challenges have gone over the whole issue. */
export function isAudited ({ audit }: HeldReceipt, { seq, runs }: IssuePieces): boolean {
  return seq < audit.index && runs.every(([start, end]) => covers(audit.blocks, start, end))
}

export function noAudit (): Audit {
  return { index: 0, blocks: [], passedMs: null, machine: '', fault: null }
}
