import compact from 'compact-encoding'
import type { ReplicationPeer } from 'hypercore'
import Protomux, { type Channel, type Message } from 'protomux'
import { AppError, messageOf } from '../../errors.ts'
import {
  decodePart, decodeSeekers, decodeTaking, encodePart, encodeSeekers, encodeTaking, type Part, type Seekers, type Taking
} from '../../format/spread-messages.ts'
import { MessageLimit } from '../message-limit.ts'

const PROTOCOL = 'colporteur/spread/1'
const MESSAGES_PER_WINDOW = 5_000

export interface SpreadListener {
  onPart (part: Part): void
  onSeekers (keys: Seekers): void
  onTaking (taking: Taking): void
  /** The other side does not speak it, or no longer. */
  onSilent (): void
  onSpeaks (): void
}

/** What two nodes say to each other about the blocks of one core, besides Hypercore's own channel. */
export class SpreadChannel {
  #channel: Channel | null
  #messages: Message[] = []
  #limit = new MessageLimit(MESSAGES_PER_WINDOW)
  #peer: ReplicationPeer

  constructor (peer: ReplicationPeer, discoveryKey: Uint8Array, listener: SpreadListener) {
    this.#peer = peer
    this.#channel = Protomux.from(peer.stream).createChannel({
      protocol: PROTOCOL, id: discoveryKey, onopen: () => listener.onSpeaks(), onclose: () => listener.onSilent()
    })
    if (!this.#channel) return
    this.#hear(bytes => listener.onPart(decodePart(bytes)))
    this.#hear(bytes => listener.onSeekers(decodeSeekers(bytes)))
    this.#hear(bytes => listener.onTaking(decodeTaking(bytes)))
    this.#channel.open()
  }

  /** False when it can't be opened: there is one already. */
  get exists (): boolean { return this.#channel !== null }

  get isOpen (): boolean { return this.#channel?.opened === true }

  sendPart (part: Part): void { this.#messages[0]?.send(encodePart(part)) }

  sendSeekers (keys: Seekers): void { this.#messages[1]?.send(encodeSeekers(keys)) }

  sendTaking (taking: Taking): void { this.#messages[2]?.send(encodeTaking(taking)) }

  close (): void {
    this.#channel?.close()
  }

  #hear (handle: (bytes: Uint8Array) => void): void {
    const onmessage = (bytes: Uint8Array): void => {
      try {
        this.#limit.count()
        handle(bytes)
      } catch (error) {
        this.#peer.stream.destroy(error instanceof AppError ? error : new AppError('INTERNAL', messageOf(error), { cause: error }))
      }
    }
    this.#messages.push(this.#channel!.addMessage({ encoding: compact.raw, onmessage }))
  }
}
