import type { Connection } from 'hyperswarm'
import { BLOCK_BYTES } from '../../format/limits.ts'
import type { Uplink } from './uplink.ts'

/** A block that waits to be sent to one node. */
export interface Parcel {
  readonly connection: Connection
  /** About how many bytes it is. */
  readonly bytes: number
  /** Small, and what others wait for to know what else there is: it goes first, and at once. */
  readonly isUrgent: boolean
  /** How many others have it, or will soon; Infinity: it is not to be sent now. */
  readonly copies: () => number
  readonly send: () => Promise<void>
  readonly onArrived?: () => void
}

/** So many of what waits for one connection are looked at for the rarest. */
const LOOKED_AT = 64
/** So much of what is urgent goes to one node at once, and the rest in its turn. */
const URGENT_MOST_BYTES = 4 * BLOCK_BYTES
const LEAST_LANE_BYTES = 2 * BLOCK_BYTES
/** How often it is looked whether the line has room for what waits: nothing tells when a part of a block has arrived. */
const LOOK_MS = 5
/** The same where it has, and nothing is to be sent now. */
const IDLE_LOOK_MS = 50

/** What waits to be sent, to all nodes: the rarest block first, each node in its turn, and no more than the line takes. */
export class Outbox {
  #uplink: Uplink
  #lanes = new Map<Connection, Parcel[]>()
  #looking: NodeJS.Timeout | null = null
  /** Urgent ones that are being read: what is not waits, or it would be written before them. */
  #urgent = 0

  constructor (uplink: Uplink) {
    this.#uplink = uplink
  }

  add (parcel: Parcel): void {
    if (parcel.isUrgent && this.#uplink.pendingOf(parcel.connection) < URGENT_MOST_BYTES) return this.#send(parcel.connection, [parcel], parcel.bytes)
    const lane = this.#lanes.get(parcel.connection)
    if (lane) lane.push(parcel)
    else this.#lanes.set(parcel.connection, [parcel])
    this.pump()
  }

  /** Unless it has been sent. */
  remove (parcel: Parcel): void {
    const lane = this.#lanes.get(parcel.connection)
    const place = lane?.indexOf(parcel) ?? -1
    if (!lane || place === -1) return
    lane.splice(place, 1)
    if (lane.length === 0) this.#lanes.delete(parcel.connection)
  }

  /** Sends what may go now. */
  pump (): void {
    let next: Parcel | null = null
    while (this.#lanes.size > 0 && this.#urgent === 0) {
      next = this.#next()
      if (!next || !this.#uplink.hasRoom(next.connection, next.bytes)) break
      this.#sendNext(next)
    }
    if (this.#lanes.size === 0) return
    this.#looking ??= setTimeout(() => {
      this.#looking = null
      this.pump()
    }, next ? LOOK_MS : IDLE_LOOK_MS).unref()
  }

  /** The rarest of all, in a lane that has room; of equals that of who was served longest ago. */
  #next (): Parcel | null {
    const laneBytes = Math.max(LEAST_LANE_BYTES, this.#uplink.windowBytes / this.#lanes.size)
    let rarest: Parcel | null = null
    let copies = Infinity
    for (const [connection, lane] of this.#lanes) {
      if (this.#uplink.pendingOf(connection) >= laneBytes) continue
      for (let i = 0; i < lane.length && i < LOOKED_AT; i++) {
        const found = lane[i]!.copies()
        if (found >= copies) continue
        rarest = lane[i]!
        copies = found
        if (copies === 0) break
      }
    }
    return rarest
  }

  /** Small blocks go together, as far as they are as much as a large one. */
  #sendNext (first: Parcel): void {
    const { connection } = first
    const lane = this.#lanes.get(connection)!
    lane.splice(lane.indexOf(first), 1)
    const together = [first]
    let bytes = first.bytes
    while (lane.length > 0 && bytes + lane[0]!.bytes <= BLOCK_BYTES) {
      bytes += lane[0]!.bytes
      together.push(lane.shift()!)
    }
    // To the end of the row: a map goes through its keys as they came.
    this.#lanes.delete(connection)
    if (lane.length > 0) this.#lanes.set(connection, lane)
    this.#send(connection, together, bytes)
  }

  #send (connection: Connection, parcels: Parcel[], bytes: number): void {
    const urgent = parcels.filter(({ isUrgent }) => isUrgent).length
    this.#urgent += urgent
    const written = Promise.all(parcels.map(parcel => parcel.send())).catch(error => { connection.destroy(error as Error) }).finally(() => {
      this.#urgent -= urgent
    })
    void this.#uplink.arrived(connection, bytes, written).then(() => {
      for (const parcel of parcels) parcel.onArrived?.()
      this.pump()
    })
  }
}
