import compact from 'compact-encoding'
import type { Connection } from 'hyperswarm'
import Protomux, { type Channel, type Message } from 'protomux'
import { AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { decodeHistoryTold, decodeHistoryWant, encodeHistoryTold, encodeHistoryWant } from '../../format/history.ts'
import type { Greeting } from '../greeting.ts'
import { MessageLimit } from '../message-limit.ts'

/** An honest peer asks once for each drive of which there are two histories. */
const MESSAGES_PER_WINDOW = 256

export interface HistoryListener {
  onWant (channel: HistoryChannel, address: Address, drive: Uint8Array): void
  onTold (channel: HistoryChannel, address: Address, history: Uint8Array): void
  onRefused (channel: HistoryChannel, error: AppError): void
}

/** The channel `colporteur/histories/1` on one connection. It names newsletters by the proofs of `colporteur/1`. */
export class HistoryChannel {
  readonly connection: Connection
  #greeting: Greeting
  #listener: HistoryListener
  #channel: Channel | null
  #messages: Message[] = []
  #limit = new MessageLimit(MESSAGES_PER_WINDOW)

  constructor (connection: Connection, greeting: Greeting, listener: HistoryListener) {
    this.connection = connection
    this.#greeting = greeting
    this.#listener = listener
    this.#channel = Protomux.from(connection).createChannel({ protocol: 'colporteur/histories/1' })
    if (!this.#channel) return // the other side opened and closed it before: it does not speak with us
    this.#hear(decodeHistoryWant, (address, { drive }) => listener.onWant(this, address, drive))
    this.#hear(decodeHistoryTold, (address, { history }) => listener.onTold(this, address, history))
    this.#channel.open()
  }

  /** False while the other side has not proved that it knows the newsletter. */
  want (address: Address, drive: Uint8Array): boolean {
    return this.#send(0, address, proof => encodeHistoryWant({ proof, drive }))
  }

  tell (address: Address, history: Uint8Array): void {
    this.#send(1, address, proof => encodeHistoryTold({ proof, history }))
  }

  /** What came does not hold: the connection ends. */
  refuse (error: AppError): void {
    this.#listener.onRefused(this, error)
    this.connection.destroy(error)
  }

  #send (type: number, address: Address, encode: (proof: Uint8Array) => Uint8Array): boolean {
    const proof = this.#greeting.proofFor(address)
    if (!proof || !this.#channel || this.#channel.closed) return false
    this.#messages[type]!.send(encode(proof))
    return true
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
        this.refuse(error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error }))
      }
    }
    this.#messages.push(this.#channel!.addMessage({ encoding: compact.raw, onmessage }))
  }
}
