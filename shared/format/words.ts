import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import sodium from 'sodium-universal'
import { AppError } from '../errors.ts'
import { keyedBlake2b256 } from './hash.ts'
import { createSigningKey, type SigningKey } from './signature.ts'

/** 24 words. */
const ENTROPY_BYTES = 32
/** One set of words stands for at most so many newsletters. */
const NEWSLETTERS = 64
const USE = 'colporteur root key 1 '

/** 24 new recovery words (BIP39, English list), separated by single spaces. */
export function createWords (): string {
  const entropy = new Uint8Array(ENTROPY_BYTES)
  sodium.randombytes_buf(entropy)
  return entropyToMnemonic(entropy, wordlist)
}

/** What the words are made from: 32 bytes. */
export function entropyOfWords (words: string): Uint8Array {
  return mnemonicToEntropy(normalizeWords(words), wordlist)
}

export function wordsOfEntropy (entropy: Uint8Array): string {
  return entropyToMnemonic(entropy, wordlist)
}

/**
 * Recovery words as a person types them, in the one spelling that keys are made from.
 *
 * @throws AppError BAD_WORDS, saying which word is wrong
 */
export function normalizeWords (text: string): string {
  const words = text.normalize('NFKD').toLowerCase().split(/[\s,;]+/).filter(Boolean)
  if (words.length !== 24) throw new AppError('BAD_WORDS', `There are ${words.length} words where there should be 24.`)
  const known = new Set(wordlist)
  const wrong = words.findIndex(word => !known.has(word))
  if (wrong !== -1) throw new AppError('BAD_WORDS', `Word ${wrong + 1} is not one of the list of recovery words. Look for a slip of the pen.`)
  const normalized = words.join(' ')
  if (!validateMnemonic(normalized, wordlist)) throw new AppError('BAD_WORDS', 'Every word is a recovery word, but together they do not fit. Two may stand in the wrong order.')
  return normalized
}

/**
 * The root key of an author's newsletter `index` (0, 1, 2, …): the words give BIP39's 64-byte seed (empty passphrase),
 * and the Ed25519 seed is BLAKE2b-256 of `colporteur root key 1 <index>` keyed with it.
 *
 * @throws AppError BAD_WORDS
 */
export function rootKeyFromWords (words: string, index: number): SigningKey {
  return rootKeyFromSeed(mnemonicToSeedSync(normalizeWords(words)), index)
}

/**
 * Public keys of all newsletters that one set of words may stand for, the first newsletter's first.
 *
 * @throws AppError BAD_WORDS
 */
export function rootKeysOfWords (words: string): string[] {
  const seed = mnemonicToSeedSync(normalizeWords(words))
  return Array.from({ length: NEWSLETTERS }, (_, index) => rootKeyFromSeed(seed, index).publicKey)
}

/**
 * The one of these root keys that the words give, whichever of the author's newsletters it was made for; null: none.
 *
 * @param publicKeys minisign public keys
 * @throws AppError BAD_WORDS
 */
export function findRootKey (words: string, publicKeys: string[]): SigningKey | null {
  const seed = mnemonicToSeedSync(normalizeWords(words))
  for (let index = 0; index < NEWSLETTERS; index++) {
    const key = rootKeyFromSeed(seed, index)
    if (publicKeys.includes(key.publicKey)) return key
  }
  return null
}

function rootKeyFromSeed (seed: Uint8Array, index: number): SigningKey {
  return createSigningKey(keyedBlake2b256(seed, new TextEncoder().encode(USE + index)))
}
