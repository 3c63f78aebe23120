import type { Connection } from 'hyperswarm'
import type { Address } from '../format/address.ts'
import { proofOf } from '../format/exchange.ts'

/** Of one newsletter, by either side of a connection. */
export interface Proofs { own: Uint8Array, ownInHex: string, theirs: Uint8Array, theirsInHex: string }

/** What proves the newsletters of this node on one connection. Made once: a stranger can make us look for it as often as it likes. */
export class KnownProofs {
  #connection: Connection
  #proofs = new Map<Address, Proofs>()
  /** Of those, what is said to one who says it first. */
  #answered = new Set<Address>()
  /** Our proof, in hex -> address. */
  #own = new Map<string, Address>()

  constructor (connection: Connection) {
    this.#connection = connection
  }

  /** @param answered more of them, which are said only in answer */
  replace (addresses: Address[], answered: Address[]): void {
    this.#proofs = new Map([...addresses, ...answered].map(address => [address, this.#proofs.get(address) ?? this.#prove(address)]))
    this.#own = new Map([...this.#proofs].map(([address, { ownInHex }]) => [ownInHex, address]))
    this.#answered = new Set(answered)
  }

  delete (address: Address): void {
    const proofs = this.#proofs.get(address)
    if (!proofs) return
    this.#proofs.delete(address)
    this.#own.delete(proofs.ownInHex)
    this.#answered.delete(address)
  }

  addressBy (proof: Uint8Array): Address | null { return this.#own.get(hex(proof)) ?? null }

  get all (): IterableIterator<[Address, Proofs]> { return this.#proofs.entries() }

  /** What is said to one who has told, in hex, by what it knows newsletters. */
  saidTo (told: Set<string>): [Address, Proofs][] {
    return [...this.#proofs].filter(([address, { theirsInHex }]) => !this.#answered.has(address) || told.has(theirsInHex))
  }

  /** Whether what is said only in answer would be other than what was said. */
  isAnsweredOtherwise (told: Set<string>, said: Set<Address>): boolean {
    return [...this.#answered].some(address => told.has(this.#proofs.get(address)!.theirsInHex) !== said.has(address))
  }

  #prove (address: Address): Proofs {
    const { handshakeHash, publicKey, remotePublicKey } = this.#connection
    const [own, theirs] = [publicKey, remotePublicKey].map(key => proofOf(address, handshakeHash, key)) as [Uint8Array, Uint8Array]
    return { own, ownInHex: hex(own), theirs, theirsInHex: hex(theirs) }
  }
}

export function hex (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
