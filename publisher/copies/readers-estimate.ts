import type { NewsletterCopies } from '../../shared/api/copies.ts'
import { type HeldReceipt, standingOf } from '../../shared/network/receipts/held-receipt.ts'

/**
 * How many readers there are, roughly. Those whom this node has challenged itself count once for each machine; those
 * that others told of count when a keeper did that is believed. Readers may say nothing, and one person may have two
 * machines: so it is rounded, and never shown without the word *about*.
 */
export function readersEstimate (received: HeldReceipt[], nowMs: number, periodMs: number): NewsletterCopies['readers'] {
  const standing = (held: HeldReceipt): string => standingOf(held, nowMs, periodMs)
  const keepers = new Set(received.filter(held => held.receipt.keeper && standing(held) === 'good').map(({ holder }) => holder))
  const readers = received.filter(({ receipt }) => !receipt.keeper && receipt.blocks.length > 0)
  const seen = new Set(readers.filter(held => ['good', 'stale'].includes(standing(held))).map(({ audit }) => audit.machine))
  const told = new Set(readers.filter(held => standing(held) === 'unchecked' && keepers.has(held.toldBy)).map(({ holder }) => holder))
  return rounded(seen.size + told.size)
}

/** Fewer than ten are not counted in words; the others to one digit: 10, 20 … 90, 100, 200 … */
export function rounded (readers: number): NewsletterCopies['readers'] {
  if (readers === 0) return { estimate: 0, words: 'no readers known' }
  if (readers < 10) return { estimate: 5, words: 'fewer than 10 readers' }
  const unit = 10 ** Math.floor(Math.log10(readers))
  const estimate = Math.round(readers / unit) * unit
  return { estimate, words: `about ${estimate.toLocaleString('en')} readers` }
}
