import type { Connection } from 'hyperswarm'
import Protomux, { type Channel, type Message } from 'protomux'
import compact from 'compact-encoding'
import { AppError, messageOf } from '../errors.ts'
import type { Address } from '../format/address.ts'
import {
  decodeHello, decodePeers, decodeRoot, decodeState, encodeHello, encodePeers, encodeRoot, encodeState, type State
} from '../format/exchange.ts'
import type { RootChainFiles } from '../format/root-chain.ts'
import type { GreetingListener } from './greeting-listener.ts'
import { MessageLimit } from './message-limit.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { OwedBytes } from './owed-bytes.ts'
import { hex, KnownProofs } from './proofs.ts'

const MESSAGES_PER_WINDOW = 6_000
/** All newsletters are gone through for each. A node says no more than ten in a second, and some in answer. */
const HELLOS_PER_WINDOW = 256

/** So often may a newsletter be told anew that was told no longer; its person follows and leaves it by hand. */
const RETOLD_PER_WINDOW = 16

/** A node that knows no better sends a chain that is of no use here once, and again when it changes. */
const REFUSED_ROOTS = 8

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
  #proofs: KnownProofs
  /** What was told last. */
  #said = new Set<Address>()
  /** Proofs that the other side sent, in hex. */
  #told = new Set<string>()
  /** Shared address -> the proof by which the other side knows it. */
  #shared = new Map<Address, Uint8Array>()
  /** The last hello of either side. */
  #lastSent: Uint8Array | null = null
  #lastHeard: Uint8Array | null = null
  #limit = new MessageLimit(MESSAGES_PER_WINDOW)
  #hellos = new MessageLimit(HELLOS_PER_WINDOW)
  #refusedRoots = 0
  #owed: OwedBytes
  #large: OneAtATime
  /** Newsletters that the other side told no longer. */
  #takenBack = new Map<Address, MessageLimit>()

  /** @param owed what all connections owe */
  constructor (connection: Connection, listener: GreetingListener, owed = new OwedBytes()) {
    this.#connection = connection
    this.#listener = listener
    this.#owed = owed
    this.#large = new OneAtATime(() => this.#isDrained)
    connection.once('close', () => owed.forget(connection))
    this.#proofs = new KnownProofs(connection)
    this.remoteKey = connection.remotePublicKey
    this.#channel = Protomux.from(connection).createChannel({
      protocol: 'colporteur/1',
      ondrain: () => this.#drained(),
      onclose: () => this.#forgetAll()
    })
    if (!this.#channel) return // the other side opened and closed it before: it does not speak with us
    const handlers = [this.#onHello, this.#onState, this.#onRoot, this.#onPeers]
    this.#messages = handlers.map(handler => this.#channel!.addMessage({
      encoding: compact.raw,
      onmessage: bytes => this.#receive(() => handler.call(this, bytes))
    }))
    this.#channel.open()
  }

  shares (address: Address): boolean { return this.#shared.has(address) }
  get shared (): Address[] { return [...this.#shared.keys()] }

  /** The proof by which the other side knows a newsletter; null when it is not shared. Other channels name it so, too. */
  proofFor (address: Address): Uint8Array | null {
    return this.#shared.get(address) ?? null
  }

  /** The newsletter that the other side names by a proof of ours; null when it is not shared (any more). */
  addressBy (proof: Uint8Array): Address | null {
    const address = this.#proofs.addressBy(proof)
    return address && this.#shared.has(address) ? address : null
  }

  /**
   * Tells which newsletters this node knows; replaces what was told before.
   *
   * @param answered more of them, which are told only when the other side tells of them
   */
  tell (addresses: Address[], answered: Address[] = []): void {
    this.#proofs.replace(addresses, answered)
    this.#hello()
    this.#match()
  }

  /** Nothing more is said or heard of a newsletter; the other side hears of it when the others are told again. */
  leave (address: Address): void {
    this.#proofs.delete(address)
    this.#forget(address)
  }

  #hello (): void {
    const said = this.#proofs.saidTo(this.#told)
    this.#said = new Set(said.map(([address]) => address))
    const hello = encodeHello({ proofs: said.map(([, { own }]) => own) })
    if (this.#lastSent && Buffer.compare(hello, this.#lastSent) === 0) return
    this.#lastSent = hello
    this.#send(0, hello)
  }

  /** The other side has told of what it is told of in answer, which is said before anything else about it; or tells of it no longer. */
  #answer (): void {
    if (this.#proofs.isAnsweredOtherwise(this.#told, this.#said)) this.#hello()
  }

  sendState (address: Address, state: Omit<State, 'proof'>): void {
    const proof = this.#shared.get(address)
    if (proof) this.#send(1, encodeState({ proof, ...state }))
  }

  /** When everything before it has been read. False: the newsletter is not shared (any more). */
  sendRoot (address: Address, chain: RootChainFiles): boolean {
    if (!this.#shared.has(address)) return false
    this.sendInTurn(chain, () => {
      const proof = this.#shared.get(address)
      if (proof) this.#send(2, encodeRoot({ proof, chain }))
    })
    return true
  }

  sendPeers (address: Address, keys: Uint8Array[]): void {
    const proof = this.#shared.get(address)
    if (proof && keys.length > 0) this.#send(3, encodePeers({ proof, keys }))
  }

  #send (type: number, bytes: Uint8Array): void {
    if (this.#channel && !this.#channel.closed && this.maySend(bytes.length)) this.#messages[type]!.send(bytes)
  }

  /** Sends what is large, on whichever of our channels, when all that waits to be read has been. `what`: takes the place of the same. */
  sendInTurn (what: unknown, send: () => void): void {
    this.#orRefuse(() => this.#large.add(what, send))
  }

  get #isDrained (): boolean { return this.#channel?.drained ?? true }
  #drained (): void { this.#owed.forget(this.#connection); this.#large.next() }

  /** Whether so much can be said, on whichever of our channels; where too much of it waits already to be read the connection ends. */
  maySend (bytes: number): boolean {
    return !this.#connection.destroying && this.#orRefuse(() => this.#owed.add(this.#connection, bytes, this.#isDrained))
  }

  #orRefuse (work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.refuse(error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error }))
      return false
    }
  }

  /** A root chain that the other side sent is of no use. After some the connection ends: they are dearer to check than to send. */
  refuseRoot (error: AppError): void {
    if (++this.#refusedRoots >= REFUSED_ROOTS) this.refuse(error)
  }

  #receive (handle: () => void): void {
    if (this.#connection.destroying) return // of several messages in one, more come
    this.#orRefuse(() => {
      this.#limit.count()
      handle()
    })
  }

  /** What came breaks a rule: the connection ends. */
  refuse (error: AppError): void {
    this.#listener.onRefused(this, error)
    this.#connection.destroy(error)
  }

  #onHello (bytes: Uint8Array): void {
    this.#hellos.count()
    if (this.#lastHeard && Buffer.compare(bytes, this.#lastHeard) === 0) return
    this.#lastHeard = Buffer.from(bytes)
    const told = new Set(decodeHello(bytes).proofs.map(hex))
    this.#countRetold(told)
    this.#told = told
    this.#answer()
    this.#match()
  }

  /** Each time it is shared anew, and others are told. */
  #countRetold (told: Set<string>): void {
    for (const [address, { theirsInHex }] of this.#proofs.all) {
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
    for (const [address, { theirs, theirsInHex }] of this.#proofs.all) {
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
    this.#large.clear()
    this.#told.clear()
    for (const address of this.shared) this.#forget(address)
  }
}
