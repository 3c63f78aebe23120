import sodium from 'sodium-universal'
import { AppError } from '../errors.ts'
import { fromHex, toHex } from './hash.ts'
import { createLock, keyFromPassphrase, type PassphraseCost, type PassphraseLock } from './passphrase.ts'

/** A lock that closes without its passphrase: with the public half of a key pair that the passphrase gives. Stands beside what it seals. */
export interface BoxLock extends PassphraseLock {
  /** 32 bytes in hex (X25519). */
  publicKey: string
}

/** What opens the boxes of a lock. Never on the disk. */
export interface BoxKeys { publicKey: Uint8Array, secretKey: Uint8Array }

export async function createBoxLock (passphrase: string, cost?: PassphraseCost): Promise<BoxLock> {
  const lock = createLock(cost)
  const { publicKey, secretKey } = await boxKeysOf(passphrase, lock)
  secretKey.fill(0)
  return { ...lock, publicKey: toHex(publicKey) }
}

/** @returns null: it is not the passphrase, which takes as long to find out */
export async function openBoxLock (passphrase: string, lock: BoxLock): Promise<BoxKeys | null> {
  const keys = await boxKeysOf(passphrase, lock)
  return toHex(keys.publicKey) === lock.publicKey ? keys : null
}

/** Bytes that only the lock's passphrase brings back (libsodium's sealed box), in hex. */
export function sealIntoBox (bytes: Uint8Array, { publicKey }: BoxLock): string {
  const box = new Uint8Array(bytes.length + sodium.crypto_box_SEALBYTES)
  sodium.crypto_box_seal(box, bytes, fromHex(publicKey))
  return toHex(box)
}

/** @throws AppError BAD_PASSPHRASE when it was sealed with another lock, or changed since */
export function openBox (sealed: string, { publicKey, secretKey }: BoxKeys): Uint8Array {
  const box = fromHex(sealed)
  const bytes = new Uint8Array(Math.max(0, box.length - sodium.crypto_box_SEALBYTES))
  if (box.length < sodium.crypto_box_SEALBYTES || !sodium.crypto_box_seal_open(bytes, box, publicKey, secretKey)) {
    throw new AppError('BAD_PASSPHRASE', 'This is not the passphrase.')
  }
  return bytes
}

async function boxKeysOf (passphrase: string, lock: PassphraseLock): Promise<BoxKeys> {
  const seed = await keyFromPassphrase(passphrase, lock)
  const keys = { publicKey: new Uint8Array(sodium.crypto_box_PUBLICKEYBYTES), secretKey: new Uint8Array(sodium.crypto_box_SECRETKEYBYTES) }
  sodium.crypto_box_seed_keypair(keys.publicKey, keys.secretKey, seed)
  seed.fill(0)
  return keys
}
