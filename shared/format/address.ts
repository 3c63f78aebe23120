import z32 from 'z32'
import { AppError } from '../errors.ts'
import { blake2b256, fromHex, keyedBlake2b256 } from './hash.ts'

/** A newsletter's address for life, in its bare spelling: 52 characters of z-base-32, for 32 bytes. */
export type Address = string

const SCHEME = 'colporteur://'
const ADDRESS_BYTES = 32
const BARE = /^[ybndrfg8ejkmcpqxot1uwisza345h769]{52}$/
const HEX = /^[0-9a-f]{64}$/i
const TOPIC = new TextEncoder().encode('colporteur topic 1')

/** The address of the newsletter whose `root/keys` file has these bytes. */
export function addressOf (keysFile: Uint8Array): Address {
  return z32.encode(blake2b256(keysFile))
}

/**
 * Reads what a person pastes: `colporteur://…`, bare z-base-32, or 64 hex digits. A private newsletter's reading key
 * stands after `#` and is kept apart, because it is never sent anywhere.
 *
 * @throws AppError BAD_ADDRESS
 */
export function parseAddress (text: string): { address: Address, readingKey: string | null } {
  const [place = '', readingKey = null] = text.trim().split('#', 2)
  const bare = (place.toLowerCase().startsWith(SCHEME) ? place.slice(SCHEME.length) : place).replace(/\/$/, '').toLowerCase()
  if (isAddress(bare)) return { address: bare, readingKey }
  if (HEX.test(bare)) return { address: z32.encode(fromHex(bare)), readingKey }
  throw new AppError('BAD_ADDRESS', 'This is not an address of a newsletter. One looks like colporteur:// followed by 52 letters and digits.')
}

/** Whether it is an address in its bare spelling. */
export function isAddress (text: string): boolean {
  return BARE.test(text) && z32.encode(z32.decode(text)) === text
}

/** The spelling that people share. */
export function formatAddress (address: Address): string {
  return SCHEME + address
}

export function addressBytes (address: Address): Uint8Array {
  return z32.decode(address).subarray(0, ADDRESS_BYTES)
}

/** The address with these 32 bytes. */
export function addressFrom (bytes: Uint8Array): Address {
  return z32.encode(bytes)
}

/** The Hyperswarm topic on which nodes that know the address meet. Nobody can work the address out from it. */
export function topicOf (address: Address): Uint8Array {
  return keyedBlake2b256(addressBytes(address), TOPIC)
}
