import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type Address, addressBytes } from './address.ts'
import { keyedBlake2b256, toHex } from './hash.ts'

const CONTEXT = new TextEncoder().encode('colporteur check words 1')
const WORDS = 6
/** One of 2048 words. */
const WORD_BITS = 11
/** The fewest whole bytes with so many bits. */
const BYTES = Math.ceil(WORDS * WORD_BITS / 8)

/**
 * Six words that stand for an address, separated by single spaces, for people to compare by eye or by ear: the first 66 bits of
 * the keyed hash of a context of their own, with the address as key. They are no secret, and are not recovery words.
 *
 * Who wants to pass for a newsletter needs an address with the same words: a second pre-image, of 2^66 tries on average, each of
 * two hashes at least. Ten machines that try a thousand million a second each look for 230 years. Five words (2^55) would be found
 * in some weeks. Two addresses of one's own with the same words are found much sooner (2^33), and deceive nobody: whose words
 * they are is told by one who has both. Words of which only some agree are cheap, so all six count.
 */
export function checkWordsOf (address: Address): string {
  const digest = keyedBlake2b256(addressBytes(address), CONTEXT)
  const bits = BigInt(`0x${toHex(digest.subarray(0, BYTES))}`) >> BigInt(BYTES * 8 - WORDS * WORD_BITS)
  const indices = Array.from({ length: WORDS }, (_, i) => Number(bits >> BigInt((WORDS - 1 - i) * WORD_BITS) & BigInt(2 ** WORD_BITS - 1)))
  return indices.map(index => wordlist[index]!).join(' ')
}
