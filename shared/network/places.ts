import type { Connection } from 'hyperswarm'

/** Connections that others have made, and that this node makes to whoever a topic names. */
export const INBOUND = 96
export const OUTBOUND = 128
/** Of one address elsewhere than on this machine: keys cost nothing. */
const INBOUND_PER_HOST = 32
/** So long a connection may need until it is good for anything. */
const GRACE_MS = 2_000
/** Who had to make room stays away for so long. */
const REST_MS = 5 * 60_000
const LOOK_MS = 1_000
/** So many of this node's own make room at once. */
const TURN = 64

/** What Hyperswarm knows of a node. One that is banned is neither called nor let in. */
export interface Known { ban (isBanned: boolean): void }

interface Place { connection: Connection, known: Known, outgoing: boolean, host: string | null, sinceMs: number }

export interface PlacesParts {
  /** Whether blocks have come or gone by a connection, or anything that was asked for. */
  isUseful: (connection: Connection) => boolean
  /** IP address; null for one on this machine. */
  hostOf: (connection: Connection) => string | null
}

/**
 * Gives out the places for connections over the DHT. Those that others make never take the places of those that this
 * node makes; and when places are short, a connection that was good for nothing makes room for a new one, in both
 * directions: however many strangers there are, who has something to give gets a turn.
 */
export class Places {
  #parts: PlacesParts
  #taken = new Map<Connection, Place>()
  #resting = new Map<Known, number>()
  #timer: NodeJS.Timeout

  constructor (parts: PlacesParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  close (): void {
    clearInterval(this.#timer)
  }

  /** False: there is no place; the connection is to be ended. */
  take (connection: Connection, known: Known, outgoing: boolean): boolean {
    const place = { connection, known, outgoing, host: this.#parts.hostOf(connection), sinceMs: Date.now() }
    if (!outgoing) {
      const inbound = [...this.#taken.values()].filter(({ outgoing }) => !outgoing)
      const isCrowd = place.host !== null && inbound.filter(({ host }) => host === place.host).length >= INBOUND_PER_HOST
      if (isCrowd || (inbound.length >= INBOUND && this.#makeRoom(inbound, 1) === 0)) return false
    }
    this.#taken.set(connection, place)
    connection.once('close', () => this.#taken.delete(connection))
    return true
  }

  #look (): void {
    const nowMs = Date.now()
    for (const [known, untilMs] of this.#resting) {
      if (untilMs > nowMs) continue
      this.#resting.delete(known)
      known.ban(false)
    }
    const outbound = [...this.#taken.values()].filter(({ outgoing }) => outgoing)
    if (outbound.length >= OUTBOUND) this.#makeRoom(outbound, TURN)
  }

  /** Those go first that have been good for nothing longest; gives how many. */
  #makeRoom (places: Place[], wanted: number): number {
    const nowMs = Date.now()
    const useless = places.filter(({ connection, sinceMs }) => nowMs - sinceMs >= GRACE_MS && !this.#parts.isUseful(connection))
    const leaving = useless.sort((a, b) => a.sinceMs - b.sinceMs).slice(0, wanted)
    for (const { connection, known } of leaving) {
      this.#taken.delete(connection)
      this.#resting.set(known, nowMs + REST_MS)
      known.ban(true)
      connection.destroy()
    }
    return leaving.length
  }
}
