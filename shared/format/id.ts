import { ulid } from 'ulid'
import { AppError } from '../errors.ts'

/** Crockford's base 32 in lower case; the first digit of a ULID is at most 7. */
const ISSUE_ID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'
const RANDOM_BYTES = 10
/** The largest time that the 48 bits of a ULID hold. */
const LATEST_MS = 2 ** 48 - 1

/**
 * A lower-case ULID: sorts by `publishedAt`.
 *
 * @param random at least 10 bytes instead of random ones, so that one text imported twice gets one id
 */
export function createIssueId (publishedAt: Date, random?: Uint8Array): string {
  const ms = publishedAt.getTime()
  if (!(ms >= 0 && ms <= LATEST_MS)) throw new AppError('BAD_SOURCE', 'An issue can not be dated before 1970.')
  const id = ulid(ms).toLowerCase()
  return random ? id.slice(0, 10) + base32(random.subarray(0, RANDOM_BYTES)) : id
}

export function isIssueId (text: string): boolean {
  return ISSUE_ID.test(text)
}

/** 10 bytes as 16 digits. */
function base32 (bytes: Uint8Array): string {
  let value = 0n
  for (const byte of bytes) value = value << 8n | BigInt(byte)
  let text = ''
  for (let i = 0; i < 16; i++, value >>= 5n) text = DIGITS[Number(value & 31n)]! + text
  return text
}
