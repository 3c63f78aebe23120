import type { Connection } from 'hyperswarm'

/** Connections that others have made, and that this node makes to whoever a topic names. */
export const INBOUND = 96
export const OUTBOUND = 128
/** Beyond the former, for peers that have given blocks; and so many of these never make room in either direction. */
export const RESERVED = 32
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
  /** How much the peer has given, now or earlier, that was proved; 0: it is a stranger. */
  givenBy: (connection: Connection) => number
  /** IP address; null for one on this machine. */
  hostOf: (connection: Connection) => string | null
}

/**
 * Gives out the places for connections over the DHT. Those that others make never take the places of those that this
 * node makes; and when places are short, a connection that was good for nothing makes room for a new one, in both
 * directions: however many strangers there are, who has something to give gets a turn.
 *
 * To be good for something is cheap: it is enough to fetch a block. So there are places that only peers get who have given
 * blocks; among too many of these, those who have given most.
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
    const place = { connection, known, outgoing, host: this.#parts.hostOf(connection), sinceMs: performance.now() }
    if (!outgoing && !this.#hasRoomFor(place)) return false
    this.#taken.set(connection, place)
    connection.once('close', () => this.#taken.delete(connection))
    return true
  }

  /** Makes it, when there is none. */
  #hasRoomFor (place: Place): boolean {
    const inbound = [...this.#taken.values()].filter(({ outgoing }) => !outgoing)
    const reserved = this.#reservedOf([...inbound, place])
    const others = inbound.filter(other => !reserved.has(other))
    if (reserved.has(place)) {
      // It may have taken the reserved place of one that has given less.
      if (others.length > INBOUND && this.#makeRoom(others, 1) === 0) {
        this.#end(others.sort((a, b) => this.#given(a) - this.#given(b) || a.sinceMs - b.sinceMs)[0]!)
      }
      return true
    }
    const isCrowd = place.host !== null && others.filter(({ host }) => host === place.host).length >= INBOUND_PER_HOST
    return !isCrowd && (others.length < INBOUND || this.#makeRoom(others, 1) > 0)
  }

  #given ({ connection }: Place): number { return this.#parts.givenBy(connection) }

  /** The places of those who have given most. */
  #reservedOf (places: Place[]): Set<Place> {
    const proven = places.map(place => ({ place, given: this.#given(place) })).filter(({ given }) => given > 0)
    return new Set(proven.sort((a, b) => b.given - a.given).slice(0, RESERVED).map(({ place }) => place))
  }

  #look (): void {
    const nowMs = performance.now()
    for (const [known, untilMs] of this.#resting) {
      if (untilMs > nowMs) continue
      this.#resting.delete(known)
      known.ban(false)
    }
    const outbound = [...this.#taken.values()].filter(({ outgoing }) => outgoing)
    if (outbound.length < OUTBOUND) return
    const reserved = this.#reservedOf(outbound)
    this.#makeRoom(outbound.filter(place => !reserved.has(place)), TURN)
  }

  /** Those go first that have been good for nothing longest; gives how many. */
  #makeRoom (places: Place[], wanted: number): number {
    const nowMs = performance.now()
    const useless = places.filter(({ connection, sinceMs }) => nowMs - sinceMs >= GRACE_MS && !this.#parts.isUseful(connection))
    const leaving = useless.sort((a, b) => a.sinceMs - b.sinceMs).slice(0, wanted)
    for (const place of leaving) {
      this.#resting.set(place.known, nowMs + REST_MS)
      place.known.ban(true)
      this.#end(place)
    }
    return leaving.length
  }

  #end ({ connection }: Place): void {
    this.#taken.delete(connection)
    connection.destroy()
  }
}
