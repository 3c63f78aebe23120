import Type, { type Static } from 'typebox'
import { fromHex, toHex } from '../../shared/format/hash.ts'
import { openBytes, sealBytes } from '../../shared/format/passphrase.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import { createWords, entropyOfWords, findRootKey, rootKeyFromWords, wordsOfEntropy } from '../../shared/format/words.ts'

const Hex = Type.String({ pattern: '^([0-9a-f]{2})+$' })

/** One root key's secret: in the clear, or sealed with the passphrase. */
const StoredSecret = Type.Object({ publicKey: Type.String(), secret: Type.Optional(Hex), sealed: Type.Optional(Hex) })
export type StoredSecret = Static<typeof StoredSecret>

/** `root.json`: the root's secrets of a newsletter whose words were not confirmed. */
export const StoredRoot = Type.Object({
  /** How the passphrase gives the key; there while the secrets are sealed. */
  lock: Type.Optional(Type.Object({ salt: Hex, opsLimit: Type.Integer(), memLimitBytes: Type.Integer() })),
  secrets: Type.Array(StoredSecret)
})
export type StoredRoot = Static<typeof StoredRoot>

/** What version 0.1 wrote at first: a key without the words that it was made from. */
const FirstStoredRoot = Type.Object({ publicKey: Type.String(), secretKey: Hex })

/** What may stand in the file. */
export const AnyStoredRoot = Type.Union([StoredRoot, FirstStoredRoot])

/** A root key with the words that give it; null where an early version kept only the key. */
export interface RootSecret { key: SigningKey, words: string | null }

const ENTROPY_BYTES = 32

export function createRootSecrets (sets: number): RootSecret[] {
  return Array.from({ length: sets }, () => {
    const words = createWords()
    return { key: rootKeyFromWords(words, 0), words }
  })
}

export function storedSecret ({ key, words }: RootSecret, seal: Uint8Array | null): StoredSecret {
  const bytes = words === null ? key.secretKey : entropyOfWords(words)
  return { publicKey: key.publicKey, ...(seal ? { sealed: sealBytes(bytes, seal) } : { secret: toHex(bytes) }) }
}

/**
 * @param seal the key that the passphrase gave; null where nothing is sealed
 * @throws AppError BAD_PASSPHRASE
 */
export function openSecret ({ publicKey, secret, sealed }: StoredSecret, seal: Uint8Array | null): RootSecret {
  const bytes = secret === undefined ? openBytes(sealed ?? '', seal ?? new Uint8Array(ENTROPY_BYTES)) : fromHex(secret)
  if (bytes.length !== ENTROPY_BYTES) return { key: { ...createSigningKey(bytes.subarray(0, ENTROPY_BYTES)), publicKey }, words: null }
  const words = wordsOfEntropy(bytes)
  return { key: findRootKey(words, [publicKey])!, words }
}

export function takeOverFirst ({ publicKey, secretKey }: Static<typeof FirstStoredRoot>): StoredRoot {
  return { secrets: [{ publicKey, secret: secretKey }] }
}
