import compact from 'compact-encoding'
import type { Connection } from 'hyperswarm'
import Protomux, { type Channel, type Message } from 'protomux'
import { AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import {
  type Answer, type Beacons, type Challenge, type Collect, decodeAnswer, decodeBeacons, decodeChallenge, decodeCollect, decodeReceipts,
  decodeVerdict, encodeAnswer, encodeBeacons, encodeChallenge, encodeCollect, encodeReceipts, encodeVerdict, type Receipts, type Verdict
} from '../../format/receipt-messages.ts'
import type { Greeting } from '../greeting.ts'
import { MessageLimit } from '../message-limit.ts'

const MESSAGES_PER_WINDOW = 2_000

type Said<M extends { proof: Uint8Array }> = Omit<M, 'proof'>

/** What a receipt channel does with what it hears. */
export interface ReceiptListener {
  onCollect (channel: ReceiptChannel, address: Address, collect: Said<Collect>): void
  onReceipts (channel: ReceiptChannel, address: Address, receipts: Said<Receipts>): void
  onChallenge (channel: ReceiptChannel, address: Address, challenge: Said<Challenge>): void
  onAnswer (channel: ReceiptChannel, address: Address, answer: Said<Answer>): void
  onVerdict (channel: ReceiptChannel, address: Address, verdict: Said<Verdict>): void
  onBeacons (channel: ReceiptChannel, address: Address, beacons: Said<Beacons>): void
  onRefused (channel: ReceiptChannel, error: AppError): void
}

/** The channel `colporteur/receipts/1` on one connection. It names newsletters by the proofs of `colporteur/1`. */
export class ReceiptChannel {
  readonly connection: Connection
  #greeting: Greeting
  #listener: ReceiptListener
  #channel: Channel | null
  #messages: Message[] = []
  #limit = new MessageLimit(MESSAGES_PER_WINDOW)

  constructor (connection: Connection, greeting: Greeting, listener: ReceiptListener) {
    this.connection = connection
    this.#greeting = greeting
    this.#listener = listener
    this.#channel = Protomux.from(connection).createChannel({ protocol: 'colporteur/receipts/1' })
    if (!this.#channel) return // the other side opened and closed it before: it does not speak with us
    this.#hear(decodeCollect, (address, message) => listener.onCollect(this, address, message))
    this.#hear(decodeReceipts, (address, message) => listener.onReceipts(this, address, message))
    this.#hear(decodeChallenge, (address, message) => listener.onChallenge(this, address, message))
    this.#hear(decodeAnswer, (address, message) => listener.onAnswer(this, address, message))
    this.#hear(decodeVerdict, (address, message) => listener.onVerdict(this, address, message))
    this.#hear(decodeBeacons, (address, message) => listener.onBeacons(this, address, message))
    this.#channel.open()
  }

  get remoteKey (): Buffer { return this.connection.remotePublicKey }

  shares (address: Address): boolean {
    return this.#greeting.proofFor(address) !== null
  }

  sendCollect (address: Address, collect: Said<Collect>): void {
    this.#send(0, address, proof => encodeCollect({ proof, ...collect }))
  }

  sendReceipts (address: Address, receipts: Said<Receipts>): void {
    this.#send(1, address, proof => encodeReceipts({ proof, ...receipts }))
  }

  sendChallenge (address: Address, challenge: Said<Challenge>): void {
    this.#send(2, address, proof => encodeChallenge({ proof, ...challenge }))
  }

  sendAnswer (address: Address, answer: Said<Answer>): void {
    this.#send(3, address, proof => encodeAnswer({ proof, ...answer }))
  }

  sendVerdict (address: Address, verdict: Said<Verdict>): void {
    this.#send(4, address, proof => encodeVerdict({ proof, ...verdict }))
  }

  sendBeacons (address: Address, beacons: Said<Beacons>): void {
    this.#send(5, address, proof => encodeBeacons({ proof, ...beacons }))
  }

  #send (type: number, address: Address, encode: (proof: Uint8Array) => Uint8Array): void {
    const proof = this.#greeting.proofFor(address)
    if (proof && this.#channel && !this.#channel.closed) this.#messages[type]!.send(encode(proof))
  }

  #hear<M extends { proof: Uint8Array }> (decode: (bytes: Uint8Array) => M, handle: (address: Address, message: M) => void): void {
    const onmessage = (bytes: Uint8Array): void => {
      try {
        this.#limit.count()
        const message = decode(bytes)
        const address = this.#greeting.addressBy(message.proof)
        // A message about a newsletter that we left meanwhile is no fault, and is dropped.
        if (address) handle(address, message)
      } catch (error) {
        const refused = error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error })
        this.#listener.onRefused(this, refused)
        this.connection.destroy(refused)
      }
    }
    this.#messages.push(this.#channel!.addMessage({ encoding: compact.raw, onmessage }))
  }
}
