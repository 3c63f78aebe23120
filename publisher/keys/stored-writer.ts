import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { AppError } from '../../shared/errors.ts'
import { toHex } from '../../shared/format/hash.ts'
import { type BoxKeys, type BoxLock, openBox, sealIntoBox } from '../../shared/format/sealed-box.ts'
import { keyBytes, type SigningKey } from '../../shared/format/signature.ts'

/** Of each of the two, as libsodium keeps them: seed and public key. */
const SECRET_BYTES = 64

const Hex = Type.String({ pattern: '^([0-9a-f]{2})+$' })
const Key = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Secret = Type.String({ pattern: '^[0-9a-f]{128}$' })

const PlainWriter = Type.Object({
  signing: Type.Object({ publicKey: Type.String(), secretKey: Secret }),
  drive: Type.Object({ publicKey: Key, secretKey: Secret })
})

const SealedWriter = Type.Object({
  /** How the passphrase gives what opens the box. */
  lock: Type.Object({ salt: Hex, opsLimit: Type.Integer(), memLimitBytes: Type.Integer(), publicKey: Key }),
  signing: Type.Object({ publicKey: Type.String() }),
  drive: Type.Object({ publicKey: Key }),
  /** The secrets of both, one after the other: as bytes, because a text stays in memory for nobody knows how long. */
  sealed: Hex
})

/** `writer.json`: the keys of a writer, in the clear or sealed with a passphrase. */
export const StoredWriter = Type.Union([PlainWriter, SealedWriter])
export type StoredWriter = Static<typeof StoredWriter>

/** The secrets by which this device publishes a newsletter. They never leave it. */
export interface WriterKeys {
  signing: SigningKey
  drive: { publicKey: Buffer, secretKey: Buffer }
}

/** What is known of them also while they are locked. */
export interface PublicWriterKeys {
  signing: { publicKey: string }
  drive: { publicKey: Buffer }
}

export function storedWriter (keys: WriterKeys, lock: BoxLock | null): StoredWriter {
  const { signing, drive } = keys
  const [signingKey, driveKey] = [{ publicKey: signing.publicKey }, { publicKey: toHex(drive.publicKey) }]
  if (!lock) return { signing: { ...signingKey, secretKey: toHex(signing.secretKey) }, drive: { ...driveKey, secretKey: toHex(drive.secretKey) } }
  const secrets = Buffer.concat([signing.secretKey, drive.secretKey])
  const sealed = sealIntoBox(secrets, lock)
  secrets.fill(0)
  return { lock, signing: signingKey, drive: driveKey, sealed }
}

export function lockOf (stored: StoredWriter): BoxLock | null {
  return 'lock' in stored ? stored.lock : null
}

/**
 * @param opened what opens sealed ones; null: nothing
 * @throws AppError LOCKED, BAD_CONFIG when what was sealed are other keys
 */
export function keysIn (stored: StoredWriter, opened: BoxKeys | null): WriterKeys {
  if (!('sealed' in stored)) return keysOf(stored)
  if (!opened) throw locked()
  const secrets = Buffer.from(openBox(stored.sealed, opened).buffer) // the same bytes: a copy would stay in memory
  const [signing, drive] = [secrets.subarray(0, SECRET_BYTES), secrets.subarray(SECRET_BYTES)]
  const known = publicKeysIn(stored)
  if (secrets.length !== 2 * SECRET_BYTES || !isHalfOf(signing, keyBytes(known.signing.publicKey)) || !isHalfOf(drive, known.drive.publicKey)) {
    throw new AppError('BAD_CONFIG', 'The sealed keys are others than those that their file names. Put it back from a backup, or restore the newsletter from its recovery words.')
  }
  return { signing: { ...known.signing, secretKey: signing }, drive: { ...known.drive, secretKey: drive } }
}

function isHalfOf (secretKey: Buffer, publicKey: Uint8Array): boolean {
  return secretKey.subarray(SECRET_BYTES / 2).equals(publicKey)
}

export function publicKeysIn ({ signing, drive }: StoredWriter): PublicWriterKeys {
  return { signing: { publicKey: signing.publicKey }, drive: { publicKey: Buffer.from(drive.publicKey, 'hex') } }
}

/** The keys in a backup, which seals them itself; null: there are none. */
export function plainKeysIn (content: Uint8Array): WriterKeys | null {
  const stored = parse(content)
  return Value.Check(PlainWriter, stored) ? keysOf(stored) : null
}

export function locked (): AppError {
  return new AppError('LOCKED', 'The keys of this newsletter are locked on this machine, so nothing is published. Unlock them with "colporteur unlock", or in the console, and try again.')
}

/** Whoever has lost the passphrase must not make keys that nobody could ever use. */
export function lockedForNew (): AppError {
  return new AppError('LOCKED', 'The keys of this newsletter are locked on this machine, and new ones would be sealed with the same passphrase. Unlock them first with "colporteur unlock". If the passphrase is lost, erase them with "colporteur writers leave", and go on with the recovery words: "colporteur restore".')
}

function keysOf ({ signing, drive }: Static<typeof PlainWriter>): WriterKeys {
  return {
    signing: { publicKey: signing.publicKey, secretKey: Buffer.from(signing.secretKey, 'hex') },
    drive: { publicKey: Buffer.from(drive.publicKey, 'hex'), secretKey: Buffer.from(drive.secretKey, 'hex') }
  }
}

function parse (content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
