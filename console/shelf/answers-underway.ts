import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../../shared/errors.ts'

interface Underway { bytes: Buffer[], sizeBytes: number, readers: number }

/**
 * The large answers that are being sent. What several are sent at once is the same bytes in memory, and all of it together has a
 * bound: who reads slowly makes this machine hold what it may have forgotten long since.
 */
export class AnswersUnderway {
  #limitBytes: number
  #sizeBytes = 0
  #underway = new Map<string, Underway>()

  constructor (limitBytes: number) {
    this.#limitBytes = limitBytes
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
    const underway = this.#underway.get(tag) ?? this.#begin(tag, bytes)
    underway.readers++
    const release = (): void => {
      response.off('close', release)
      socket.off('close', release)
      if (--underway.readers > 0) return
      this.#underway.delete(tag)
      this.#sizeBytes -= underway.sizeBytes
    }
    response.once('close', release)
    // An answer that waits for one before it on the same connection is not told of its end.
    socket.once('close', release)
    return underway.bytes
  }

  #begin (tag: string, bytes: Buffer[]): Underway {
    const sizeBytes = bytes.reduce((sum, { length }) => sum + length, 0)
    if (this.#sizeBytes > 0 && this.#sizeBytes + sizeBytes > this.#limitBytes) throw new AppError('TOO_MANY_REQUESTS', 'Too many read large pages at once. Come again in a minute.')
    const underway = { bytes, sizeBytes, readers: 0 }
    this.#underway.set(tag, underway)
    this.#sizeBytes += sizeBytes
    return underway
  }
}
