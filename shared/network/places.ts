import type { Connection } from 'hyperswarm'

/** Connections that others have made, and that this node makes to whoever a topic names. */
export const INBOUND = 96
export const OUTBOUND = 128
/** Beyond the former, for peers that have given blocks; and so many of these never make room in either direction. */
export const RESERVED = 32
/** Of one address: keys cost nothing. */
const INBOUND_PER_HOST = 32
/** So long a connection may need until it is good for anything, or until anything comes by it. */
const GRACE_MS = 2_000
/** Who had to make room stays away for so long, unless there are more of them. */
const REST_MS = 5 * 60_000
const RESTING = 4_096
const LOOK_MS = 1_000
/** So many of this node's own make room at once. */
const TURN = 64

/** What is known of a node. One that is banned is neither called nor let in. */
export interface Known { ban (isBanned: boolean): void }

interface Place<K> { connection: Connection, known: K, outgoing: boolean, host: string | null, sinceMs: number }

export interface PlacesParts<K> {
  /** Whether blocks have come or gone by a connection, or anything that was asked for. */
  isUseful: (connection: Connection) => boolean
  /** How much the peer has given, now or earlier, that was proved; 0: it is a stranger. */
  givenBy: (connection: Connection) => number
  /** IP address; null where all share one. */
  hostOf: (connection: Connection) => string | null
  /** Nothing needs to be known of a node any more, unless it is connected. */
  forget: (known: K) => void
}

/**
 * Gives out the places for connections over the DHT. Those that others make never take the places of those that this
 * node makes; and when places are short, a connection that was good for nothing makes room for a new one, in both
 * directions: however many strangers there are, who has something to give gets a turn.
 *
 * To be good for something is cheap: it is enough to fetch a block. So there are places that only peers get who have given
 * blocks; among too many of these, those who have given most.
 */
export class Places<K extends Known> {
  #parts: PlacesParts<K>
  #taken = new Map<Connection, Place<K>>()
  /** Until when; the longest first. */
  #resting = new Map<K, number>()
  #timer: NodeJS.Timeout

  constructor (parts: PlacesParts<K>) {
    this.#parts = parts
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  close (): void {
    clearInterval(this.#timer)
  }

  /** False: there is no place; the connection is to be ended. */
  take (connection: Connection, known: K, outgoing: boolean): boolean {
    const place = { connection, known, outgoing, host: this.#parts.hostOf(connection), sinceMs: performance.now() }
    if (!outgoing && !this.#hasRoomFor(place)) return false
    this.#taken.set(connection, place)
    connection.once('close', () => this.#taken.delete(connection))
    return true
  }

  /** Makes it, when there is none. */
  #hasRoomFor (place: Place<K>): boolean {
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
    const neighbours = place.host === null ? [] : others.filter(({ host }) => host === place.host)
    if (neighbours.length >= INBOUND_PER_HOST) return this.#makeRoom(neighbours, 1) > 0
    return others.length < INBOUND || this.#makeRoom(others, 1) > 0
  }

  /** Who has said nothing may be another, who repeats a call. */
  #given ({ connection, sinceMs }: Place<K>): number {
    const isSilent = connection.rawBytesRead === 0 && performance.now() - sinceMs >= GRACE_MS
    return isSilent ? 0 : this.#parts.givenBy(connection)
  }

  /** The places of those who have given most. */
  #reservedOf (places: Place<K>[]): Set<Place<K>> {
    const proven = places.map(place => ({ place, given: this.#given(place) })).filter(({ given }) => given > 0)
    return new Set(proven.sort((a, b) => b.given - a.given).slice(0, RESERVED).map(({ place }) => place))
  }

  #look (): void {
    const nowMs = performance.now()
    for (const [known, untilMs] of this.#resting) {
      if (untilMs > nowMs) break
      this.#rested(known)
    }
    const outbound = [...this.#taken.values()].filter(({ outgoing }) => outgoing)
    if (outbound.length < OUTBOUND) return
    const reserved = this.#reservedOf(outbound)
    this.#makeRoom(outbound.filter(place => !reserved.has(place)), TURN)
  }

  /** Those go first that have been good for nothing longest; gives how many. */
  #makeRoom (places: Place<K>[], wanted: number): number {
    const nowMs = performance.now()
    const useless = places.filter(({ connection, sinceMs }) => nowMs - sinceMs >= GRACE_MS && !this.#parts.isUseful(connection))
    const leaving = useless.sort((a, b) => a.sinceMs - b.sinceMs).slice(0, wanted)
    for (const place of leaving) {
      this.#rest(place.known)
      this.#end(place)
    }
    return leaving.length
  }

  #rest (known: K): void {
    known.ban(true)
    this.#resting.delete(known) // it stands last from now on
    this.#resting.set(known, performance.now() + REST_MS)
    if (this.#resting.size > RESTING) this.#rested(this.#resting.keys().next().value!)
  }

  #rested (known: K): void {
    this.#resting.delete(known)
    known.ban(false)
    this.#parts.forget(known) // Hyperswarm has kept it as long as it was banned
  }

  #end ({ connection }: Place<K>): void {
    this.#taken.delete(connection)
    connection.destroy()
  }
}
