import sodium from 'sodium-universal'
import { AppError } from '../errors.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { blake2b256, toHex } from './hash.ts'

/** An Ed25519 key in minisign's clothes. */
export interface SigningKey {
  /** minisign's text of the public key: base64 of `Ed`, the key id and 32 bytes. Begins with `RW`. */
  publicKey: string
  /** 64 bytes, as libsodium keeps them: seed and public key. */
  secretKey: Uint8Array
}

const ALGORITHM = 'Ed'
const PREHASHED = 'ED'
const KEY_ID_BYTES = 8
const SIGNATURE_BYTES = 64
const SIGNATURE_TEXT_BYTES = 4096
const UNTRUSTED = 'untrusted comment: '
const TRUSTED = 'trusted comment: '

/**
 * A random key, or the one that 32 bytes of `seed` stand for. The key id, which minisign draws at random, is the
 * first 8 bytes of the BLAKE2b-256 of the public key, so that one seed gives one text.
 */
export function createSigningKey (seed?: Uint8Array): SigningKey {
  const publicKey = new Uint8Array(32)
  const secretKey = new Uint8Array(64)
  if (seed) sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  else sodium.crypto_sign_keypair(publicKey, secretKey)
  return { publicKey: encodePublicKey(publicKey), secretKey }
}

/** A whole `.minisig` file, prehashed (`ED`), as `minisign -S` writes it. The trusted comment is signed, too. */
export function sign (bytes: Uint8Array, key: SigningKey, trustedComment: string): string {
  const signature = signDetached(prehash(bytes), key.secretKey)
  const comment = new TextEncoder().encode(trustedComment)
  const global = signDetached(concat(signature, comment), key.secretKey)
  const { keyId } = decodePublicKey(key.publicKey)
  return [
    `${UNTRUSTED}signature by colporteur key ${keyIdText(key.publicKey)}`,
    toBase64(concat(ascii(PREHASHED), keyId, signature)),
    TRUSTED + trustedComment,
    toBase64(global),
    ''
  ].join('\n')
}

/** A `.minisig` text that was read, not checked. */
export interface Signature {
  keyIdText: string
  trustedComment: string
  signature: Uint8Array
  global: Uint8Array
}

/**
 * Checks a `.minisig` text.
 *
 * @throws AppError BAD_SIGNATURE, saying what does not hold
 */
export function verifySignature (bytes: Uint8Array, text: string, publicKey: string): { trustedComment: string } {
  const signature = readSignature(text)
  if (signature.keyIdText !== keyIdText(publicKey)) throw new AppError('BAD_SIGNATURE', 'The signature was made with another key.')
  if (!fitsHash(signature, prehash(bytes), publicKey)) throw new AppError('BAD_SIGNATURE', 'The signature does not fit these bytes.')
  if (!fitsComment(signature, publicKey)) throw new AppError('BAD_SIGNATURE', 'The signature\'s comment was changed.')
  return { trustedComment: signature.trustedComment }
}

/** Like {@link verifySignature}, of a signature that was read, and bytes that were hashed, once for several keys. */
export function isMadeWith (signature: Signature, hash: Uint8Array, publicKey: string): boolean {
  return signature.keyIdText === keyIdText(publicKey) && fitsHash(signature, hash, publicKey) && fitsComment(signature, publicKey)
}

function fitsHash ({ signature }: Signature, hash: Uint8Array, publicKey: string): boolean {
  return isSignedBy(keyBytes(publicKey), hash, signature)
}

function fitsComment ({ signature, trustedComment, global }: Signature, publicKey: string): boolean {
  return isSignedBy(keyBytes(publicKey), concat(signature, new TextEncoder().encode(trustedComment)), global)
}

/** The key id of a public key or of a signature as 16 hex digits, most significant byte first, as minisign prints it. */
export function keyIdText (publicKey: string): string {
  return textOfKeyId(decodePublicKey(publicKey).keyId)
}

/** @throws AppError BAD_SIGNATURE */
export function signatureKeyIdText (signature: string): string {
  return readSignature(signature).keyIdText
}

function textOfKeyId (keyId: Uint8Array): string {
  return toHex(keyId.slice().reverse()).toUpperCase()
}

/** @throws AppError BAD_FORMAT */
export function checkPublicKey (text: string): void {
  const { publicKey } = decodePublicKey(text)
  if (publicKey.length !== 32) throw new AppError('BAD_FORMAT', 'A public key does not have 32 bytes.')
}

/** The 32 bytes of the key itself. */
export function keyBytes (publicKey: string): Uint8Array {
  return decodePublicKey(publicKey).publicKey
}

/** A bare Ed25519 signature of 64 bytes, for messages that are not documents. */
export function signMessage (message: Uint8Array, key: SigningKey): Uint8Array {
  return signDetached(message, key.secretKey)
}

export function isSignedBy (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return sodium.crypto_sign_verify_detached(signature, message, publicKey)
}

function encodePublicKey (publicKey: Uint8Array): string {
  return toBase64(concat(ascii(ALGORITHM), blake2b256(publicKey).slice(0, KEY_ID_BYTES), publicKey))
}

function decodePublicKey (text: string): { keyId: Uint8Array, publicKey: Uint8Array } {
  const bytes = fromBase64(text)
  if (bytes?.length !== 42 || String.fromCharCode(bytes[0]!, bytes[1]!) !== ALGORITHM) {
    throw new AppError('BAD_FORMAT', 'This is not a minisign public key.')
  }
  return { keyId: bytes.slice(2, 10), publicKey: bytes.slice(10) }
}

/** @throws AppError BAD_SIGNATURE */
export function readSignature (text: string): Signature {
  const bad = (): never => { throw new AppError('BAD_SIGNATURE', 'This is not a minisign signature of the prehashed kind.') }
  if (text.length > SIGNATURE_TEXT_BYTES) bad()
  const [untrusted = '', first = '', trusted = '', second = '', end] = text.split('\n')
  if (!untrusted.startsWith(UNTRUSTED) || !trusted.startsWith(TRUSTED) || (end !== undefined && end !== '')) bad()
  const bytes = fromBase64(first)
  const global = fromBase64(second)
  if (bytes?.length !== 2 + KEY_ID_BYTES + SIGNATURE_BYTES || global?.length !== SIGNATURE_BYTES) return bad()
  if (String.fromCharCode(bytes[0]!, bytes[1]!) !== PREHASHED) bad()
  return { keyIdText: textOfKeyId(bytes.slice(2, 10)), signature: bytes.slice(10), trustedComment: trusted.slice(TRUSTED.length), global }
}

function signDetached (message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const out = new Uint8Array(SIGNATURE_BYTES)
  sodium.crypto_sign_detached(out, message, secretKey)
  return out
}

/** What of the bytes is signed: their BLAKE2b-512. */
export function prehash (bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(64)
  sodium.crypto_generichash(out, bytes)
  return out
}

function ascii (text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function concat (...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
