import { AppError } from '../../shared/errors.ts'

/** As many things are being made at once; who comes then is asked to come again. */
const AT_ONCE = 16

/**
 * Keeps what is dear to make, the newest used of it up to a number of bytes, so that strangers who ask again and again
 * cost little. The same asked for twice at once is made once.
 */
export class MadeOnce<T> {
  #sizeOf: (made: T) => number
  #limitBytes: number
  #bytes = 0
  #made = new Map<string, T>()
  #making = new Map<string, Promise<T>>()

  constructor ({ sizeOf, limitBytes }: { sizeOf: (made: T) => number, limitBytes: number }) {
    this.#sizeOf = sizeOf
    this.#limitBytes = limitBytes
  }

  /** @throws AppError TOO_MANY_REQUESTS, and what `make` throws */
  async get (key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key)
    if (known !== undefined) {
      this.#made.delete(key)
      this.#made.set(key, known)
      return known
    }
    const making = this.#making.get(key)
    if (making) return await making
    if (this.#making.size >= AT_ONCE) throw new AppError('TOO_MANY_REQUESTS', 'Too many ask at once. Come again in a minute.')
    const made = make().finally(() => this.#making.delete(key))
    this.#making.set(key, made)
    this.#keep(key, await made)
    return await made
  }

  #keep (key: string, made: T): void {
    if (this.#made.has(key)) return
    this.#made.set(key, made)
    this.#bytes += this.#sizeOf(made)
    for (const [old, value] of this.#made) {
      if (this.#bytes <= this.#limitBytes) break
      this.#made.delete(old)
      this.#bytes -= this.#sizeOf(value)
    }
  }
}
