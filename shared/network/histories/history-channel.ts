import type { Connection } from 'hyperswarm'
import type { AppError } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { decodeHistoryTold, decodeHistoryWant, encodeHistoryTold, encodeHistoryWant } from '../../format/history.ts'
import type { Greeting } from '../greeting.ts'
import { NewsletterChannel } from '../newsletter-channel.ts'

/** An honest peer asks once for each drive of which there are two histories. */
const MESSAGES_PER_WINDOW = 256

export interface HistoryListener {
  onWant (channel: HistoryChannel, address: Address, drive: Uint8Array): void
  onTold (channel: HistoryChannel, address: Address, history: Uint8Array): void
  onRefused (channel: HistoryChannel, error: AppError): void
}

/** The channel `colporteur/histories/1` on one connection. */
export class HistoryChannel extends NewsletterChannel {
  constructor (connection: Connection, greeting: Greeting, listener: HistoryListener) {
    super({ connection, greeting, protocol: 'colporteur/histories/1', messagesPerWindow: MESSAGES_PER_WINDOW, onRefused: error => listener.onRefused(this, error) })
    this.hear(decodeHistoryWant, (address, { drive }) => listener.onWant(this, address, drive))
    this.hear(decodeHistoryTold, (address, { history }) => listener.onTold(this, address, history))
    this.open()
  }

  /** False when it can't be asked. */
  want (address: Address, drive: Uint8Array): boolean {
    return this.send(0, address, proof => encodeHistoryWant({ proof, drive }))
  }

  tell (address: Address, history: Uint8Array): void {
    this.send(1, address, proof => encodeHistoryTold({ proof, history }))
  }
}
