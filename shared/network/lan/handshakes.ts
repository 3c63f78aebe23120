import type { Socket } from 'node:net'
import NoiseSecretStream from '@hyperswarm/secret-stream'
import type { KeyPair } from 'hypercore'
import { limitUnfinishedFrames } from '../unfinished-frames.ts'

/** Who has connected has so long to say who they are. */
const HANDSHAKE_MS = 5_000
/** So many who call are waited for until they have said it, all and of one address. An honest handshake takes milliseconds. */
export const UNFINISHED = 32
export const UNFINISHED_PER_HOST = 4

/** Handshakes over TCP until they are done: whoever does not say who they are gets little time, few places and hardly any memory. */
export class Handshakes {
  #keyPair: KeyPair
  /** Those who call, the oldest first. */
  #unfinished = new Map<NoiseSecretStream, string | undefined>()

  constructor (keyPair: KeyPair) {
    this.#keyPair = keyPair
    limitUnfinishedFrames()
  }

  /** @param isCalling this node has called */
  begin (socket: Socket, isCalling: boolean): NoiseSecretStream {
    const stream = new NoiseSecretStream(isCalling, socket, { keyPair: this.#keyPair })
    const timer = setTimeout(() => stream.destroy(new Error('no handshake')), HANDSHAKE_MS).unref()
    const end = (): void => {
      clearTimeout(timer)
      this.#unfinished.delete(stream)
    }
    stream.once('close', end)
    stream.once('connect', end)
    if (!isCalling) this.#add(stream, socket.remoteAddress)
    return stream
  }

  /** The oldest make room: whoever is honest has long been done. */
  #add (stream: NoiseSecretStream, host: string | undefined): void {
    const ofHost = [...this.#unfinished].filter(([, other]) => other === host).map(([other]) => other)
    if (ofHost.length >= UNFINISHED_PER_HOST) this.#end(ofHost[0]!)
    if (this.#unfinished.size >= UNFINISHED) this.#end(this.#unfinished.keys().next().value!)
    this.#unfinished.set(stream, host)
  }

  #end (stream: NoiseSecretStream): void {
    this.#unfinished.delete(stream)
    stream.destroy(new Error('too many handshakes'))
  }
}
