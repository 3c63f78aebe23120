import sodium from 'sodium-universal'
import { AppError } from '../errors.ts'
import { fromHex, toHex } from './hash.ts'

/** What each passphrase that is tried costs, in the measures of Argon2id. */
export interface PassphraseCost {
  opsLimit: number
  memLimitBytes: number
}

/** How a key is made from a passphrase: Argon2id 1.3, one lane. Stands beside what the key seals. */
export interface PassphraseLock extends PassphraseCost {
  /** 16 bytes in hex. */
  salt: string
}

/** libsodium's MODERATE: about a second of one core. */
export const PASSPHRASE_COST: PassphraseCost = { opsLimit: 3, memLimitBytes: 256 * 1024 * 1024 }
/** A lock that somebody else made must not take the machine down: libsodium's SENSITIVE. */
const MOST_OPS = 4
const MOST_MEM_BYTES = 1024 * 1024 * 1024

/** A lock with a salt of its own, and a cost that is never taken from a lock that lies there already, which others may have made. */
export function createLock (cost = PASSPHRASE_COST): PassphraseLock {
  const salt = new Uint8Array(sodium.crypto_pwhash_SALTBYTES)
  sodium.randombytes_buf(salt)
  return { salt: toHex(salt), ...cost }
}

/**
 * The key that a passphrase (in NFKC, UTF-8) gives with a lock, worked out beside the event loop.
 *
 * @throws AppError BAD_FORMAT when the lock asks for more than a machine should give, or is none
 */
export async function keyFromPassphrase (passphrase: string, { salt, opsLimit, memLimitBytes }: PassphraseLock): Promise<Uint8Array> {
  if (opsLimit > MOST_OPS || memLimitBytes > MOST_MEM_BYTES) throw new AppError('BAD_FORMAT', 'The passphrase\'s lock asks for more than any machine should give.')
  // Out of its bounds, libsodium fails with an error of its own, or reads what is not there.
  if (opsLimit < 1 || memLimitBytes < sodium.crypto_pwhash_MEMLIMIT_MIN || !/^[0-9a-f]{32}$/i.test(salt)) {
    throw new AppError('BAD_FORMAT', 'The passphrase\'s lock is damaged.')
  }
  const key = new Uint8Array(sodium.crypto_secretbox_KEYBYTES)
  const text = new TextEncoder().encode(passphrase.normalize('NFKC'))
  await sodium.crypto_pwhash_async(key, text, fromHex(salt), opsLimit, memLimitBytes, sodium.crypto_pwhash_ALG_ARGON2ID13)
  text.fill(0)
  return key
}

/** Nonce and box (XSalsa20-Poly1305) in hex. */
export function sealBytes (bytes: Uint8Array, key: Uint8Array): string {
  const nonce = new Uint8Array(sodium.crypto_secretbox_NONCEBYTES)
  sodium.randombytes_buf(nonce)
  const box = new Uint8Array(bytes.length + sodium.crypto_secretbox_MACBYTES)
  sodium.crypto_secretbox_easy(box, bytes, nonce, key)
  return toHex(nonce) + toHex(box)
}

/** @throws AppError BAD_PASSPHRASE when it was sealed with another key, or changed since */
export function openBytes (sealed: string, key: Uint8Array): Uint8Array {
  const bytes = fromHex(sealed)
  const nonce = bytes.subarray(0, sodium.crypto_secretbox_NONCEBYTES)
  const box = bytes.subarray(sodium.crypto_secretbox_NONCEBYTES)
  const opened = new Uint8Array(Math.max(0, box.length - sodium.crypto_secretbox_MACBYTES))
  if (box.length < sodium.crypto_secretbox_MACBYTES || !sodium.crypto_secretbox_open_easy(opened, box, nonce, key)) {
    throw new AppError('BAD_PASSPHRASE', 'This is not the passphrase.')
  }
  return opened
}
