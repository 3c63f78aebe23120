import compact from 'compact-encoding'
import type { Connection } from 'hyperswarm'
import Protomux, { type Channel, type Message } from 'protomux'
import { AppError, messageOf } from '../errors.ts'
import type { Address } from '../format/address.ts'
import type { Greeting } from './greeting.ts'
import { MessageLimit } from './message-limit.ts'

export interface NewsletterChannelParts {
  connection: Connection
  greeting: Greeting
  protocol: string
  messagesPerWindow: number
  /** Told before the connection of one who breaks a rule ends. */
  onRefused: (error: AppError) => void
}

/** A channel on one connection whose messages are about newsletters, which it names by the proofs of `colporteur/1`. */
export abstract class NewsletterChannel {
  readonly connection: Connection
  #greeting: Greeting
  #onRefused: (error: AppError) => void
  /** Null when the other side opened and closed it before: it does not speak with us. */
  #channel: Channel | null
  #messages: Message[] = []
  #limit: MessageLimit

  constructor ({ connection, greeting, protocol, messagesPerWindow, onRefused }: NewsletterChannelParts) {
    this.connection = connection
    this.#greeting = greeting
    this.#onRefused = onRefused
    this.#limit = new MessageLimit(messagesPerWindow)
    this.#channel = Protomux.from(connection).createChannel({ protocol })
  }

  /** False while the other side has not proved that it knows the newsletter. */
  shares (address: Address): boolean {
    return this.#greeting.proofFor(address) !== null
  }

  /** What came does not hold: the connection ends. */
  refuse (error: AppError): void {
    this.#onRefused(error)
    this.connection.destroy(error)
  }

  /** To be called once, when all that is heard has been named with {@link hear}. */
  protected open (): void {
    this.#channel?.open()
  }

  /** The next type of message, counted from 0. */
  protected hear<M extends { proof: Uint8Array }> (decode: (bytes: Uint8Array) => M, handle: (address: Address, message: M) => void): void {
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
    if (this.#channel) this.#messages.push(this.#channel.addMessage({ encoding: compact.raw, onmessage }))
  }

  /** Sends what is large when all that waits to be read has been. */
  protected sendInTurn (send: () => void): void {
    this.#greeting.sendInTurn({}, send)
  }

  /** False when it can't be said to the other side. */
  protected send (type: number, address: Address, encode: (proof: Uint8Array) => Uint8Array): boolean {
    const proof = this.#greeting.proofFor(address)
    if (!proof || !this.#channel || this.#channel.closed) return false
    const message = encode(proof)
    if (!this.#greeting.maySend(message.length)) return false
    this.#messages[type]!.send(message)
    return true
  }
}
