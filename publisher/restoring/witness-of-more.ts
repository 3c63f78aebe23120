import { isWithdrawn, receiptFault } from '../../shared/format/receipt.ts'
import type { Holding } from '../../shared/network/receipts/held-drive.ts'
import type { HeldReceipt } from '../../shared/network/receipts/held-receipt.ts'

/**
 * Who says that it holds more of a drive than is here, in words for people; null: nobody. What its holder took back, or has
 * not renewed for so long that it is no good any more, says nothing. All else does, proved or not: to append to a drive
 * that has more would destroy it.
 */
export function witnessOfMore (received: HeldReceipt[], drive: string, here: Holding | null, nowMs: number): string | null {
  const witness = received.find(({ receipt }) => receipt.drive === drive && !isWithdrawn(receipt) && receiptFault(receipt, nowMs) !== 'expired' &&
    (receipt.index.length > (here?.index.length ?? 0) || receipt.blobs.length > (here?.blobs.length ?? 0)))
  if (!witness) return null
  const { holder, receipt: { keeper }, audit } = witness
  const name = keeper ? `The keeper ${keeper.name ? `"${keeper.name}" ` : ''}` : 'The reader '
  return `${name}${audit.passedMs === null ? 'that nobody has checked ' : ''}(${holder.slice(0, 16)})`
}
