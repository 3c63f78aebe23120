import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../../shared/errors.ts'
import { machineOf } from './visitors.ts'

/** Of how many machines each may hold its part of what is being sent. */
const MACHINES = 4

/** `readers`: machines, with how many answers each of them is being sent. */
interface Underway { bytes: Buffer[], sizeBytes: number, readers: Map<string, number> }

export interface UnderwayLimits {
  limitBytes: number
  /** False where all come by way of one that stands before this. */
  tellsMachines: boolean
}

/**
 * The large answers that are being sent. What several are sent at once is the same bytes in memory, and all of it together has a
 * bound, as has what one machine is sent: who reads slowly makes this machine hold what it may have forgotten long since.
 */
export class AnswersUnderway {
  #limits: UnderwayLimits
  #sizeBytes = 0
  #underway = new Map<string, Underway>()

  constructor (limits: UnderwayLimits) {
    this.#limits = limits
  }

  get sizeBytes (): number { return this.#sizeBytes }

  /**
   * Holds an answer until it is sent, or nobody is there any more.
   *
   * @param tag the same for the same bytes
   * @returns the bytes to send: these, or the same that somebody is being sent already
   * @throws AppError TOO_MANY_REQUESTS
   */
  hold (tag: string, bytes: Buffer[], response: ServerResponse, socket: Socket): Buffer[] {
    if (response.closed || socket.destroyed) return bytes // nothing tells of that any more
    const machine = this.#limits.tellsMachines ? machineOf(socket.remoteAddress ?? '') : ''
    const underway = this.#underway.get(tag) ?? { bytes, sizeBytes: bytes.reduce((sum, { length }) => sum + length, 0), readers: new Map<string, number>() }
    this.#ensureRoom(tag, underway, machine)
    if (underway.readers.size === 0) {
      this.#underway.set(tag, underway)
      this.#sizeBytes += underway.sizeBytes
    }
    underway.readers.set(machine, (underway.readers.get(machine) ?? 0) + 1)
    const release = (): void => {
      response.off('close', release)
      socket.off('close', release)
      const left = underway.readers.get(machine)! - 1
      if (left > 0) underway.readers.set(machine, left)
      else underway.readers.delete(machine)
      if (underway.readers.size > 0) return
      this.#underway.delete(tag)
      this.#sizeBytes -= underway.sizeBytes
    }
    response.once('close', release)
    // An answer that waits for one before it on the same connection is not told of its end.
    socket.once('close', release)
    return underway.bytes
  }

  /** One answer alone may be larger than what is allowed. */
  #ensureRoom (tag: string, { sizeBytes, readers }: Underway, machine: string): void {
    const { limitBytes, tellsMachines } = this.#limits
    const isOver = !this.#underway.has(tag) && this.#sizeBytes > 0 && this.#sizeBytes + sizeBytes > limitBytes
    const own = [...this.#underway.values()].reduce((sum, other) => other.readers.has(machine) ? sum + other.sizeBytes : sum, 0)
    const isOverOwn = tellsMachines && !readers.has(machine) && own > 0 && own + sizeBytes > limitBytes / MACHINES
    if (isOver || isOverOwn) throw new AppError('TOO_MANY_REQUESTS', 'Too many read large pages at once. Come again in a minute.')
  }
}
