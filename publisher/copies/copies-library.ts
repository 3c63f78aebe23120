import type { Address } from '../../shared/format/address.ts'
import type { IssuePieces } from '../../shared/network/receipts/held-receipt.ts'

/** A complete issue of this node, and where it lies. */
export interface HeldIssue extends IssuePieces {
  id: string
  number: number
  publishedAt: string
  sizeBytes: number
}

/** What counting asks of the reading side of its node. */
export interface CopiesLibrary {
  /** The newest first. */
  heldIssues (address: Address): Promise<HeldIssue[]>
}
