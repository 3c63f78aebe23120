import { isAppError } from '../../shared/errors.ts'

/** So long a text that was too large is not tried again: a machine that had much else to do may have less then. */
const REMEMBERED_MS = 10 * 60_000
const MOST = 1_000

/** Remembers the texts that were too large to be shown, so that who asks for them again and again costs nothing. */
export class TooLargeTexts {
  #known = new Map<string, { error: unknown, untilMs: number }>()

  /** @throws what `show` throws, for a text that is too large also without trying */
  async trying<T> (text: string, show: () => Promise<T>): Promise<T> {
    const known = this.#known.get(text)
    if (known && performance.now() < known.untilMs) throw known.error
    this.#known.delete(text)
    try {
      return await show()
    } catch (error) {
      if (isAppError(error) && error.code === 'TOO_LARGE') this.#remember(text, error)
      throw error
    }
  }

  #remember (text: string, error: unknown): void {
    this.#known.set(text, { error, untilMs: performance.now() + REMEMBERED_MS })
    for (const [oldest] of this.#known) {
      if (this.#known.size <= MOST) break
      this.#known.delete(oldest)
    }
  }
}
