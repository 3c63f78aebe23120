import type { Connection } from 'hyperswarm'
import Protomux, { type Channel, type Message } from 'protomux'
import compact from 'compact-encoding'
import { AppError, messageOf } from '../errors.ts'
import type { Address } from '../format/address.ts'
import {
  decodeHello, decodePeers, decodeRoot, decodeState, encodeHello, encodePeers, encodeRoot, encodeState, proofOf, type State
} from '../format/exchange.ts'
import type { RootChainFiles } from '../format/root-chain.ts'
import { MessageLimit } from './message-limit.ts'
import { OwedBytes } from './owed-bytes.ts'

const MESSAGES_PER_WINDOW = 6_000

/** So often may a newsletter be told anew that was told no longer; its person follows and leaves it by hand. */
const RETOLD_PER_WINDOW = 16

/** A node that knows no better sends a chain that is of no use here once, and again when it changes. */
const REFUSED_ROOTS = 8

/** Of one newsletter, by either side of a connection. */
interface Proofs { own: Uint8Array, theirs: Uint8Array, theirsInHex: string }

/** What a greeting does with what it hears. */
export interface GreetingListener {
  /** The other side has proved that it knows the newsletter, or no longer says so. */
  onShared (greeting: Greeting, address: Address): void
  onUnshared (greeting: Greeting, address: Address): void
  onState (greeting: Greeting, address: Address, state: State): void
  onRoot (greeting: Greeting, address: Address, files: RootChainFiles): void
  onPeers (greeting: Greeting, address: Address, keys: Uint8Array[]): void
  onRefused (greeting: Greeting, error: AppError): void
}

/**
 * The channel `colporteur/1` on one connection. Both sides prove which newsletters they know without telling them to
 * one that does not; everything else names a newsletter by such a proof, so a stranger can say nothing about it.
 */
export class Greeting {
  readonly remoteKey: Buffer
  #connection: Connection
  #listener: GreetingListener
  #channel: Channel | null
  #messages: Message[] = []
  /** What proves a newsletter on this connection. Made once: a stranger can make us look for it as often as it likes. */
  #proofs = new Map<Address, Proofs>()
  /** Of those, what is said to one who says it first. */
  #answered = new Set<Address>()
  /** What was told last. */
  #said = new Set<Address>()
  /** Proof that we sent, in hex -> address. */
  #own = new Map<string, Address>()
  /** Proofs that the other side sent, in hex. */
  #told = new Set<string>()
  /** Shared address -> the proof by which the other side knows it. */
  #shared = new Map<Address, Uint8Array>()
  #limit = new MessageLimit(MESSAGES_PER_WINDOW)
  #refusedRoots = 0
  #owed = new OwedBytes()
  /** Newsletters that the other side told no longer. */
  #takenBack = new Map<Address, MessageLimit>()

  constructor (connection: Connection, listener: GreetingListener) {
    this.#connection = connection
    this.#listener = listener
    this.remoteKey = connection.remotePublicKey
    this.#channel = Protomux.from(connection).createChannel({ protocol: 'colporteur/1', onclose: () => this.#forgetAll() })
    if (!this.#channel) return // the other side opened and closed it before: it does not speak with us
    const handlers = [this.#onHello, this.#onState, this.#onRoot, this.#onPeers]
    this.#messages = handlers.map(handler => this.#channel!.addMessage({
      encoding: compact.raw,
      onmessage: bytes => this.#receive(() => handler.call(this, bytes))
    }))
    this.#channel.open()
  }

  get shared (): Address[] { return [...this.#shared.keys()] }

  /** The proof by which the other side knows a newsletter; null when it is not shared. Other channels name it so, too. */
  proofFor (address: Address): Uint8Array | null {
    return this.#shared.get(address) ?? null
  }

  /** The newsletter that the other side names by a proof of ours; null when it is not shared (any more). */
  addressBy (proof: Uint8Array): Address | null {
    const address = this.#own.get(hex(proof))
    return address && this.#shared.has(address) ? address : null
  }

  /**
   * Tells which newsletters this node knows; replaces what was told before.
   *
   * @param answered more of them, which are told only when the other side tells of them
   */
  tell (addresses: Address[], answered: Address[] = []): void {
    const all = [...addresses, ...answered]
    this.#proofs = new Map(all.map(address => [address, this.#proofs.get(address) ?? this.#prove(address)]))
    this.#own = new Map([...this.#proofs].map(([address, { own }]) => [hex(own), address]))
    this.#answered = new Set(answered)
    this.#hello()
    this.#match()
  }

  #hello (): void {
    const said = [...this.#proofs].filter(([address, { theirsInHex }]) => !this.#answered.has(address) || this.#told.has(theirsInHex))
    this.#said = new Set(said.map(([address]) => address))
    this.#send(0, encodeHello({ proofs: said.map(([, { own }]) => own) }))
  }

  /** The other side has told of what it is told of in answer, which is said before anything else about it; or tells of it no longer. */
  #answer (): void {
    const isMissing = [...this.#answered].some(address => this.#told.has(this.#proofs.get(address)!.theirsInHex) !== this.#said.has(address))
    if (isMissing) this.#hello()
  }

  #prove (address: Address): Proofs {
    const { handshakeHash, publicKey, remotePublicKey } = this.#connection
    const theirs = proofOf(address, handshakeHash, remotePublicKey)
    return { own: proofOf(address, handshakeHash, publicKey), theirs, theirsInHex: hex(theirs) }
  }

  sendState (address: Address, state: Omit<State, 'proof'>): void {
    const proof = this.#shared.get(address)
    if (proof) this.#send(1, encodeState({ proof, ...state }))
  }

  sendRoot (address: Address, chain: RootChainFiles): void {
    const proof = this.#shared.get(address)
    if (proof) this.#send(2, encodeRoot({ proof, chain }))
  }

  sendPeers (address: Address, keys: Uint8Array[]): void {
    const proof = this.#shared.get(address)
    if (proof && keys.length > 0) this.#send(3, encodePeers({ proof, keys }))
  }

  #send (type: number, bytes: Uint8Array): void {
    if (this.#channel && !this.#channel.closed && this.maySend(bytes.length)) this.#messages[type]!.send(bytes)
  }

  /** Whether so much can be said, on whichever of our channels; where too much of it waits already to be read the connection ends. */
  maySend (bytes: number): boolean {
    if (this.#connection.destroyed) return false
    try {
      this.#owed.add(bytes, this.#channel?.drained ?? true)
      return true
    } catch (error) {
      this.refuse(error as AppError)
      return false
    }
  }

  /** A root chain that the other side sent is of no use. After some the connection ends: they are dearer to check than to send. */
  refuseRoot (error: AppError): void {
    if (++this.#refusedRoots >= REFUSED_ROOTS) this.refuse(error)
  }

  #receive (handle: () => void): void {
    try {
      this.#limit.count()
      handle()
    } catch (error) {
      this.refuse(error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error }))
    }
  }

  /** What came breaks a rule: the connection ends. */
  refuse (error: AppError): void {
    this.#listener.onRefused(this, error)
    this.#connection.destroy(error)
  }

  #onHello (bytes: Uint8Array): void {
    const told = new Set(decodeHello(bytes).proofs.map(hex))
    this.#countRetold(told)
    this.#told = told
    this.#answer()
    this.#match()
  }

  /** Each time it is shared anew, and others are told. */
  #countRetold (told: Set<string>): void {
    for (const [address, { theirsInHex }] of this.#proofs) {
      if (told.has(theirsInHex) === this.#told.has(theirsInHex)) continue
      if (told.has(theirsInHex)) this.#takenBack.get(address)?.count()
      else if (!this.#takenBack.has(address)) this.#takenBack.set(address, new MessageLimit(RETOLD_PER_WINDOW))
    }
  }

  #onState (bytes: Uint8Array): void {
    const state = decodeState(bytes)
    this.#aboutShared(state.proof, address => this.#listener.onState(this, address, state))
  }

  #onRoot (bytes: Uint8Array): void {
    const { proof, chain } = decodeRoot(bytes)
    this.#aboutShared(proof, address => this.#listener.onRoot(this, address, chain))
  }

  #onPeers (bytes: Uint8Array): void {
    const { proof, keys } = decodePeers(bytes)
    this.#aboutShared(proof, address => this.#listener.onPeers(this, address, keys))
  }

  /** A message about a newsletter that we left meanwhile is no fault, and is dropped. */
  #aboutShared (proof: Uint8Array, handle: (address: Address) => void): void {
    const address = this.addressBy(proof)
    if (address) handle(address)
  }

  #match (): void {
    const before = new Set(this.#shared.keys())
    const found: Address[] = []
    for (const [address, { theirs, theirsInHex }] of this.#proofs) {
      if (!this.#told.has(theirsInHex)) continue
      if (!before.delete(address)) found.push(address)
      this.#shared.set(address, theirs)
    }
    for (const address of before) this.#forget(address)
    for (const address of found) this.#listener.onShared(this, address)
  }

  #forget (address: Address): void {
    if (this.#shared.delete(address)) this.#listener.onUnshared(this, address)
  }

  #forgetAll (): void {
    for (const address of this.shared) this.#forget(address)
  }
}

function hex (bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
