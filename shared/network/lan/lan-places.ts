import type { Connection } from 'hyperswarm'
import { hostOf } from '../host-of.ts'
import { type Known, Places } from '../places.ts'
import type { Worth } from '../worth.ts'

/** The places for connections in the local network, by the rules that those over the DHT have. Who had to make room is known here by its key. */
export class LanPlaces {
  #places: Places<Known>
  /** In hex. */
  #resting = new Set<string>()

  constructor (worth: Worth) {
    this.#places = new Places({ ...worth, hostOf, forget: () => {} })
  }

  close (): void { this.#places.close() }

  /** One that rests is neither called nor let in. */
  isResting (key: string): boolean { return this.#resting.has(key) }

  /** False: there is no place; the connection is to be ended. */
  take (connection: Connection, outgoing: boolean): boolean {
    const key = connection.remotePublicKey.toString('hex')
    return !this.isResting(key) && this.#places.take(connection, this.#knownOf(key), outgoing)
  }

  #knownOf (key: string): Known {
    return { ban: isBanned => { if (isBanned) this.#resting.add(key); else this.#resting.delete(key) } }
  }
}
