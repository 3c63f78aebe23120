import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What SQLite takes unless told; the files of the library have no others. */
export const PAGE_BYTES = 4096
/** At the end of each page, of which SQLite leaves as many alone as the header of a file says. */
export const SUM_BYTES = 8

const HASH_AT = PAGE_BYTES - SUM_BYTES
const CRC_AT = PAGE_BYTES - 4
/** CRC-32, with the bits of a byte in the order in which they are worked through. */
const POLYNOMIAL = 0xedb88320

/**
 * Ends a page with the first bytes of a hash of it, and the CRC-32 of both. On so few bytes it notices up to three bits
 * that have turned over, and tells which it was when it was one.
 *
 * @param number counted from 0, so that a page in the place of another does not hold
 */
export function setSum (page: Uint8Array, number: number): void {
  page.set(hashOf(page), HASH_AT)
  const crc = crcOf(page, number)
  for (let i = 0; i < 4; i++) page[CRC_AT + i] = crc >>> 8 * i
}

export function holds (page: Uint8Array, number: number): boolean {
  return crcOf(page, number) === writtenCrc(page)
}

/** Turns the one bit back that has turned over. False: there were more, and nothing is changed. */
export function mend (page: Uint8Array, number: number): boolean {
  const difference = (crcOf(page, number) ^ writtenCrc(page)) >>> 0
  const bit = placeOf(difference)
  if (bit === null) return false
  const turn = (): void => { page[bit >>> 3]! ^= 1 << (bit & 7) }
  turn()
  // Of many bits at once one in a hundred thousand looks like one.
  if (holds(page, number) && hashOf(page).every((byte, i) => byte === page[HASH_AT + i])) return true
  turn()
  return false
}

/** Which bit of a page makes this difference to its CRC: it is another for each. */
function placeOf (difference: number): number | null {
  const last = CRC_AT * 8
  let made = POLYNOMIAL
  for (let bit = last - 1; bit >= 0; bit--) {
    if (made === difference) return bit
    made = (made >>> 1 ^ (made & 1 ? POLYNOMIAL : 0)) >>> 0
  }
  // Or it is one of the CRC itself.
  const isOne = difference !== 0 && (difference & difference - 1) === 0
  return isOne ? last + 31 - Math.clz32(difference) : null
}

function crcOf (page: Uint8Array, number: number): number {
  return crc32(page.subarray(0, CRC_AT), number)
}

function writtenCrc (page: Uint8Array): number {
  return (page[CRC_AT]! | page[CRC_AT + 1]! << 8 | page[CRC_AT + 2]! << 16 | page[CRC_AT + 3]! << 24) >>> 0
}

function hashOf (page: Uint8Array): Uint8Array {
  return hash('sha256', page.subarray(0, HASH_AT), 'buffer').subarray(0, CRC_AT - HASH_AT)
}
