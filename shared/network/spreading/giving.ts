import type { InnerCore, WireBlockRequest } from 'hypercore'
import type { Connection } from 'hyperswarm'
import { AppError } from '../../errors.ts'
import { BLOCK_BYTES } from '../../format/limits.ts'
import { LastSent, RELAYED_MS } from './last-sent.ts'
import type { Neighbour } from './neighbour.ts'
import type { Outbox, Parcel } from './outbox.ts'
import { Shares } from './shares.ts'
import { UNASKED_BYTES, UNASKED_MS } from './unasked.ts'

/** Open requests of one node; an honest one has fewer. */
const REQUESTS_MOST = 4_096
/** An issue of so many bytes, to all together, goes to each node at once; a larger one is dealt out among them. */
const TO_ALL_BYTES = 256 * 1024
/** The same for what is new in the index: without it nobody can ask the others for the rest. */
const INDEX_TO_ALL_BYTES = 64 * 1024
/** Who asks for what was on its way to it takes that back within this, or did not want it then. */
const CROSSED_MS = 1_000

export interface GivingParts {
  core: InnerCore
  outbox: Outbox
  /** The core is small and says what there is: its blocks go before those of others. */
  isIndex: () => boolean
  isWriter: () => boolean
  /** This node has what there is, and gives each block once as long as others pass it on. */
  givesOnce: () => boolean
  /** Whether a block that is not here is to come. */
  isComing: (block: number) => boolean
}

/** What is given to one node. */
interface Customer {
  /** Requests that wait to be answered, by their ids. */
  requests: Map<number, { message: WireBlockRequest, parcel: Parcel | null }>
  /** Blocks that are being sent, or wait to be. */
  pushed: Map<number, Parcel | null>
  /** What it was sent unasked since it was sent nothing so for a while, and when last. */
  unasked: { bytes: number, atMs: number }
}

/** Gives the blocks of one core to those who ask, in the order of the outbox, and a new issue to all without being asked. */
export class Giving {
  #parts: GivingParts
  #customers = new Map<Neighbour, Customer>()
  /** Blocks that are on their way to others, by how many. */
  #given = new Map<number, number>()
  /** What was published of late and goes to everybody, whoever else has it. */
  #forAll = { from: 0, to: 0, untilMs: -Infinity }
  #lastSent = new LastSent()

  constructor (parts: GivingParts) {
    this.#parts = parts
  }

  join (neighbour: Neighbour): void {
    const customer: Customer = { requests: new Map(), pushed: new Map(), unasked: { bytes: 0, atMs: -Infinity } }
    this.#customers.set(neighbour, customer)
    const { peer } = neighbour
    const { onrequest, oncancel } = peer
    peer.onrequest = async message => {
      const { block, upgrade } = message
      // Hypercore 11.37.1 proves a new length to who takes what is pushed from where the last push ended: from nothing, at first.
      if (upgrade && peer.pushedLength < upgrade.start) peer.pushedLength = upgrade.start
      if (!block) return await onrequest.call(peer, message)
      const isHere = this.#parts.core.bitfield.get(block.index)
      const waits = !isHere && neighbour.speaks === true && this.#parts.isComing(block.index)
      if (!isHere && !waits) return await onrequest.call(peer, message)
      this.#forget(customer, message.id)
      if (customer.requests.size === REQUESTS_MOST) throw new AppError('TOO_MANY_REQUESTS', 'The peer asks for more than an honest one would.')
      peer.remoteRequests.set(message.id, message as WireBlockRequest)
      customer.requests.set(message.id, { message: message as WireBlockRequest, parcel: null })
      if (isHere) this.#answer(neighbour, customer, message.id)
    }
    peer.oncancel = message => {
      this.#forget(customer, message.request)
      oncancel.call(peer, message)
    }
  }

  leave (neighbour: Neighbour): void {
    const { requests, pushed } = this.#customers.get(neighbour)!
    this.#customers.delete(neighbour)
    for (const { parcel } of requests.values()) if (parcel) this.#parts.outbox.remove(parcel)
    for (const parcel of pushed.values()) if (parcel) this.#parts.outbox.remove(parcel)
    // What is on its way asks for them once more when it has arrived.
    requests.clear()
    this.#lastSent.forget(neighbour.connection)
    this.#parts.outbox.pump()
  }

  /** A block has come: who waited for it gets it. */
  arrived (block: number): void {
    for (const [neighbour, customer] of this.#customers) {
      for (const [id, { message, parcel }] of customer.requests) if (message.block.index === block && !parcel) this.#answer(neighbour, customer, id)
    }
  }

  /** Blocks are not to come any more: who waits for one is told. */
  giveUp (): void {
    for (const [{ peer }, { requests }] of this.#customers) {
      for (const [id, { message, parcel }] of [...requests]) {
        if (parcel || this.#parts.isComing(message.block.index) || this.#parts.core.bitfield.get(message.block.index)) continue
        requests.delete(id)
        void peer._handleRequest(message).catch((error: unknown) => peer.stream.destroy(error as Error))
      }
    }
  }

  /**
   * Sends new blocks, which nobody else has, to those who follow the core.
   *
   * @param bytes of all that is new, in other cores, too
   */
  publish (start: number, end: number, bytes: number): void {
    const followers = [...this.#customers].filter(([{ peer, speaks }]) => speaks === true && peer.remoteAllowPush && peer.remoteDownloading)
    if (followers.length === 0) return
    const isSmall = bytes * followers.length <= TO_ALL_BYTES
    if (isSmall) this.#publishForAll(start, end)
    const isSmallIndex = this.#parts.isIndex() && (end - start) * this.#blockBytes * followers.length <= INDEX_TO_ALL_BYTES
    const shares = new Shares(followers.map(([{ key }]) => key))
    for (let block = start; block < end; block++) {
      const first = followers.find(([{ key }]) => key === shares.firstOf(block))!
      // The newest block of the index says what the others are.
      const isForAll = isSmall || isSmallIndex || (this.#parts.isIndex() && block === end - 1)
      for (const [neighbour, customer] of isForAll ? followers : [first]) this.#push(neighbour, customer, block)
    }
  }

  #publishForAll (start: number, end: number): void {
    const { from, to, untilMs } = this.#forAll
    const nowMs = performance.now()
    this.#forAll = { from: start === to && nowMs < untilMs ? from : start, to: end, untilMs: nowMs + RELAYED_MS }
  }

  #isForAll (block: number): boolean {
    const { from, to, untilMs } = this.#forAll
    return block >= from && block < to && performance.now() < untilMs
  }

  get #blockBytes (): number {
    const { length, byteLength } = this.#parts.core.state
    return length > 0 ? Math.min(BLOCK_BYTES, Math.ceil(byteLength / length)) : BLOCK_BYTES
  }

  #push (neighbour: Neighbour, customer: Customer, block: number): void {
    if (customer.pushed.has(block) || !this.#mayPush(customer)) return
    const parcel = this.#parcelOf(neighbour, block, async () => {
      customer.pushed.set(block, null)
      await neighbour.peer.push(block)
    }, () => setTimeout(() => {
      customer.pushed.delete(block)
      for (const [id, { message, parcel }] of customer.requests) if (message.block.index === block && !parcel) this.#answer(neighbour, customer, id)
    }, CROSSED_MS).unref())
    customer.pushed.set(block, parcel)
    this.#parts.outbox.add(parcel)
  }

  /** More than the other side takes unasked it would have to ask for all the same, as when many issues come at once. */
  #mayPush ({ unasked }: Customer): boolean {
    const now = performance.now()
    if (now - unasked.atMs > UNASKED_MS) unasked.bytes = 0
    unasked.atMs = now
    if (unasked.bytes + this.#blockBytes > UNASKED_BYTES) return false
    unasked.bytes += this.#blockBytes
    return true
  }

  #answer (neighbour: Neighbour, customer: Customer, id: number): void {
    const asked = customer.requests.get(id)
    if (!asked) return
    const { block } = asked.message
    const pushed = customer.pushed.get(block.index)
    // It is on its way already, and this is looked at again when it has come there.
    if (pushed === null) return
    if (pushed) {
      this.#parts.outbox.remove(pushed)
      customer.pushed.delete(block.index)
    }
    asked.parcel = this.#parcelOf(neighbour, block.index, async () => {
      customer.requests.delete(id)
      await neighbour.peer._handleRequest(asked.message)
    })
    this.#parts.outbox.add(asked.parcel)
  }

  #forget (customer: Customer, id: number): void {
    const parcel = customer.requests.get(id)?.parcel
    if (parcel) this.#parts.outbox.remove(parcel)
    customer.requests.delete(id)
  }

  #parcelOf (neighbour: Neighbour, block: number, send: () => Promise<void>, onArrived?: () => void): Parcel {
    const given = this.#given
    const { connection } = neighbour
    return {
      connection,
      bytes: this.#blockBytes,
      isUrgent: this.#parts.isIndex(),
      copies: () => this.#copiesOf(block, connection),
      send: async () => {
        given.set(block, (given.get(block) ?? 0) + 1)
        this.#lastSent.note(block, connection)
        await send()
      },
      onArrived: () => {
        this.#lastSent.arrived(block, connection)
        const left = given.get(block)! - 1
        if (left > 0) given.set(block, left)
        else given.delete(block)
        onArrived?.()
      }
    }
  }

  /** Infinity: it is not to be sent now. */
  #copiesOf (block: number, to: Connection): number {
    if (this.#customers.size < 2) return 0
    if (this.#parts.givesOnce() && !this.#isForAll(block)) {
      if (this.#lastSent.mayCome(block, to, this.#parts.isWriter() ? this.#customers.size : null)) return Infinity
    }
    let copies = this.#given.get(block) ?? 0
    for (const neighbour of this.#customers.keys()) if (neighbour.has(block)) copies++
    return copies
  }
}
