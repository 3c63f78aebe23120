import { common, countBlocks } from '../../format/block-ranges.ts'
import { claims, type HeldReceipt, isAudited, type IssuePieces, type Standing, standingOf } from './held-receipt.ts'

/** What one holder has of an issue, and whether it counts. */
export interface Copy {
  held: HeldReceipt
  standing: Standing
  /** Whole by its receipt. */
  isWhole: boolean
  /** Whole, and challenges went over all of it within the audit period. */
  isGood: boolean
  /** Blocks that it has, of those that the issue has. */
  haveBlocks: number
  ofBlocks: number
}

export interface CopyCount {
  /** Machines that hold the whole issue, as far as this node has found out itself. */
  copies: number
  /** Those of them that a keeper runs. */
  keepers: number
  /** Owners of these keepers. Who does not say who owns it counts together as one. */
  owners: number
}

export function copiesOf (received: HeldReceipt[], pieces: IssuePieces, nowMs: number, periodMs: number): Copy[] {
  const ofBlocks = Math.max(1, countBlocks(pieces.runs))
  return received.filter(({ receipt }) => receipt.drive === pieces.drive).map(held => {
    const standing = standingOf(held, nowMs, periodMs)
    const isWhole = claims(held, pieces)
    return {
      held,
      standing,
      isWhole,
      isGood: isWhole && standing === 'good' && isAudited(held, pieces),
      haveBlocks: isWhole ? ofBlocks : Math.min(ofBlocks - 1, countBlocks(common(held.receipt.blocks, pieces.runs))),
      ofBlocks
    }
  })
}

/** Counts machines and not names: as many receipts as one machine may sign, they are one copy, and have one owner. */
export function countCopies (copies: Copy[]): CopyCount {
  const machines = new Map<string, HeldReceipt[]>()
  for (const { held } of copies.filter(({ isGood }) => isGood)) machines.set(held.audit.machine, [...machines.get(held.audit.machine) ?? [], held])
  const keepers = [...machines.values()].map(held => held.filter(({ receipt }) => receipt.keeper)).filter(held => held.length > 0)
  return { copies: machines.size, keepers: keepers.length, owners: new Set(keepers.map(held => ownerOf(held))).size }
}

/** The owner of a machine: what the first of its keepers by name of key says. */
function ownerOf (keepers: HeldReceipt[]): string {
  const [first] = [...keepers].sort((a, b) => a.holder < b.holder ? -1 : 1)
  return first!.receipt.keeper!.owner.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
}
