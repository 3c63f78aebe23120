import Type, { type Static } from 'typebox'
import z32 from 'z32'
import { AppError } from '../errors.ts'
import { type Address, addressBytes } from './address.ts'
import { areRanges } from './block-ranges.ts'
import { Count, Hash, line, Time, Z32 } from './fields.ts'
import { blake2b256, keyedBlake2b256 } from './hash.ts'
import { DRIVE_BLOCKS } from './limits.ts'
import { createSigningKey, keyBytes, type SigningKey, verifySignature } from './signature.ts'
import { readJson, signJson, type Signed } from './signed-json.ts'

export const RECEIPT_BYTES = 32 * 1024
/** Ranges of blocks that a receipt may name. Who holds more pieces names the newest. */
export const RECEIPT_RANGES = 512
/** A receipt says nothing any more so long after it was signed, whatever it promises: holders renew it. */
export const RECEIPT_DAYS = 30
/** A holder's clock may go so far ahead of ours. */
const AHEAD_MS = 60 * 60 * 1000
const READER = new TextEncoder().encode('colporteur reader 1')
const DAY_MS = 24 * 60 * 60 * 1000

/** One of the two cores of a drive: its history and how far it goes. */
export type CoreState = Static<typeof CoreState>
export const CoreState = Type.Object({
  fork: Count(Number.MAX_SAFE_INTEGER),
  length: Count(DRIVE_BLOCKS),
  /** Hypercore's tree hash at `length`. */
  treeHash: Hash
})

/** What a keeper says of itself and promises. */
export type KeeperPromise = Static<typeof KeeperPromise>
const KeeperPromise = Type.Object({
  name: line(100),
  /** Who owns the machine; empty when the keeper does not say. */
  owner: line(100),
  /** Until when it promises to hold what it holds; null: until it says otherwise. */
  until: Type.Union([Time, Type.Null()]),
  /** It carries connections between nodes that can't reach each other. */
  relay: Type.Optional(Type.Boolean())
})

/**
 * Says that its holder has every block of the drive's index, and of its blobs core those in `blocks`, all checked
 * against the trees that it names.
 */
export type Receipt = Static<typeof Receipt>
const Receipt = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('receipt'),
  newsletter: Z32,
  /** z-base-32 of the drive's key. */
  drive: Z32,
  /** minisign public key: a keeper's is its Noise key, a reader's is good for this newsletter alone. */
  holder: line(200),
  /** Of two receipts of one holder for one drive, the one with the larger number counts. */
  number: Count(Number.MAX_SAFE_INTEGER),
  /** By the holder's clock. */
  at: Time,
  index: CoreState,
  blobs: CoreState,
  blocks: Type.Array(Type.Tuple([Count(DRIVE_BLOCKS), Count(DRIVE_BLOCKS)]), { maxItems: RECEIPT_RANGES }),
  /** Null: a reader, who promises nothing. */
  keeper: Type.Union([KeeperPromise, Type.Null()])
})

export function signReceipt (receipt: Receipt, key: SigningKey): Signed {
  return signJson(receipt, key, receiptComment(receipt))
}

/**
 * Checks shape, signature and that it is about this newsletter. Whether it is still good is {@link receiptFault}'s to say.
 *
 * @throws AppError TOO_LARGE, BAD_FORMAT, BAD_SIGNATURE, BAD_ID
 */
export function readReceipt ({ bytes, signature }: Signed, newsletter: Address): Receipt {
  const receipt = readJson(bytes, Receipt, 'The receipt', RECEIPT_BYTES)
  if (receipt.newsletter !== newsletter) throw new AppError('BAD_ID', 'The receipt is about another newsletter.')
  if (!areRanges(receipt.blocks, receipt.blobs.length)) throw new AppError('BAD_FORMAT', 'The receipt\'s ranges of blocks are not in order.')
  const { trustedComment } = verifySignature(bytes, signature, receipt.holder)
  if (trustedComment !== receiptComment(receipt)) throw new AppError('BAD_SIGNATURE', 'The signature\'s comment is not the receipt\'s.')
  return receipt
}

/** 32 bytes that name the holder, whatever key id stands before them. */
export function holderKey ({ holder }: Receipt): Uint8Array {
  return keyBytes(holder)
}

/**
 * The key by which a reader signs its receipts for one newsletter. It leads to nothing else.
 *
 * @param nodeSeed 32 bytes, from which the node's Noise key comes
 */
export function readerKeyOf (nodeSeed: Uint8Array, newsletter: Address): SigningKey {
  return createSigningKey(keyedBlake2b256(nodeSeed, READER, addressBytes(newsletter)))
}

/** 8 bytes by which two nodes tell each other which receipts they have: one name for each holder and drive. */
export function receiptName (receipt: Receipt): Uint8Array {
  return nameOf(holderKey(receipt), receipt.drive)
}

/** @param drive z-base-32 of its key */
export function nameOf (holder: Uint8Array, drive: string): Uint8Array {
  return blake2b256(holder, z32.decode(drive)).slice(0, 8)
}

/** The receipt of a holder that no longer holds, or no longer says so. */
export function isWithdrawn ({ blocks, keeper }: Receipt): boolean {
  return blocks.length === 0 && keeper === null
}

/** `clock`: signed later than now. `expired`: too old, or past what its keeper promised. Null: good. */
export function receiptFault ({ at, keeper }: Receipt, nowMs: number): 'clock' | 'expired' | null {
  const ageMs = nowMs - Date.parse(at)
  if (ageMs < -AHEAD_MS) return 'clock'
  if (ageMs > RECEIPT_DAYS * DAY_MS) return 'expired'
  return keeper?.until && Date.parse(keeper.until) <= nowMs ? 'expired' : null
}

function receiptComment ({ newsletter, drive, number }: Receipt): string {
  return `colporteur receipt ${newsletter} ${drive} number ${number}`
}
