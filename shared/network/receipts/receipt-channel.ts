import type { Connection } from 'hyperswarm'
import type { AppError } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import {
  type Answer, type Beacons, type Challenge, type Collect, decodeAnswer, decodeBeacons, decodeChallenge, decodeCollect, decodeReceipts,
  decodeVerdict, encodeAnswer, encodeBeacons, encodeChallenge, encodeCollect, encodeReceipts, encodeVerdict, proven, type Receipts, type Verdict
} from '../../format/receipt-messages.ts'
import type { Greeting } from '../greeting.ts'
import { NewsletterChannel } from '../newsletter-channel.ts'

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

/** The channel `colporteur/receipts/1` on one connection. */
export class ReceiptChannel extends NewsletterChannel {
  /** Noise key of the other side in hex: made once, for it is compared with many. */
  readonly remoteId: string

  constructor (connection: Connection, greeting: Greeting, listener: ReceiptListener) {
    super({ connection, greeting, protocol: 'colporteur/receipts/1', messagesPerWindow: MESSAGES_PER_WINDOW, onRefused: error => listener.onRefused(this, error) })
    this.remoteId = connection.remotePublicKey.toString('hex')
    this.hear(decodeCollect, (address, message) => listener.onCollect(this, address, message))
    this.hear(decodeReceipts, (address, message) => listener.onReceipts(this, address, message))
    this.hear(decodeChallenge, (address, message) => listener.onChallenge(this, address, message))
    this.hear(decodeAnswer, (address, message) => listener.onAnswer(this, address, message))
    this.hear(decodeVerdict, (address, message) => listener.onVerdict(this, address, message))
    this.hear(decodeBeacons, (address, message) => listener.onBeacons(this, address, message))
    this.open()
  }

  get remoteKey (): Buffer { return this.connection.remotePublicKey }

  sendCollect (address: Address, collect: Said<Collect>): void {
    this.send(0, address, proof => encodeCollect({ proof, ...collect }))
  }

  sendReceipts (address: Address, receipts: Said<Receipts>): void {
    this.send(1, address, proof => encodeReceipts({ proof, ...receipts }))
  }

  /** A piece of a book, when those before it have been read. */
  sendBook (address: Address, receipts: Receipts['receipts']): void {
    this.sendInTurn(() => this.sendReceipts(address, { own: false, receipts }))
  }

  /** Receipts that were encoded for several. */
  sendTold (address: Address, told: Uint8Array): void {
    this.send(1, address, proof => proven(proof, told))
  }

  /** False when it can't be said to the other side. */
  sendChallenge (address: Address, challenge: Said<Challenge>): boolean {
    return this.send(2, address, proof => encodeChallenge({ proof, ...challenge }))
  }

  sendAnswer (address: Address, answer: Said<Answer>): void {
    this.send(3, address, proof => encodeAnswer({ proof, ...answer }))
  }

  sendVerdict (address: Address, verdict: Said<Verdict>): void {
    this.send(4, address, proof => encodeVerdict({ proof, ...verdict }))
  }

  sendBeacons (address: Address, beacons: Said<Beacons>): void {
    this.send(5, address, proof => encodeBeacons({ proof, ...beacons }))
  }
}
