import { readFile } from 'node:fs/promises'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import t from 'tap'
import { addressBytes, addressFrom } from '../../shared/format/address.ts'
import { checkWordsOf } from '../../shared/format/check-words.ts'
import { blake2b256, toHex } from '../../shared/format/hash.ts'
import { readVectors } from './make-vectors.ts'

const { address: { address, topic }, checkWords } = await readVectors()

t.test('an address has six words of the list, which the specification quotes', async t => {
  const words = checkWordsOf(address)
  t.equal(words, checkWords)
  t.equal(words.split(' ').length, 6)
  t.ok(words.split(' ').every(word => wordlist.includes(word)))
  t.match(await readFile(new URL('../../../shared/format/README.md', import.meta.url), 'utf8'), words)
})

t.test('one bit of an address changes its words, and every word depends on the address', async t => {
  const seen = Array.from({ length: 6 }, () => new Set<string>())
  const all = new Set<string>()
  for (let bit = 0; bit < 256; bit++) {
    const bytes = Uint8Array.from(addressBytes(address))
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    const words = checkWordsOf(addressFrom(bytes))
    all.add(words)
    for (const [place, word] of words.split(' ').entries()) seen[place]!.add(word)
  }
  all.delete(checkWords)
  t.equal(all.size, 256)
  for (const [place, words] of seen.entries()) t.ok(words.size > 200, `word ${place + 1} has ${words.size} values`)
})

t.test('the words tell nothing of the topic on which nodes meet, nor of the plain hash of the address', async t => {
  const bitsOf = (words: string): string => words.split(' ').map(word => wordlist.indexOf(word).toString(2).padStart(11, '0')).join('')
  const firstBits = (hex: string): string => BigInt(`0x${hex.slice(0, 18)}`).toString(2).padStart(72, '0').slice(0, 66)
  t.not(bitsOf(checkWordsOf(address)), firstBits(topic))
  t.not(bitsOf(checkWordsOf(address)), firstBits(toHex(blake2b256(addressBytes(address)))))
})
