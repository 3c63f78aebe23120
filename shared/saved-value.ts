import { readIfThere, writeDurably } from './durable-file.ts'

/** What lies in one small file, which every change replaces durably. A change that could not be written down was not made. */
export class SavedValue<T> {
  #file: string
  #encode: (value: T) => unknown
  #value: T
  #changing: Promise<void> = Promise.resolve()

  /** @param encode what of it stands in the file, as JSON */
  constructor (file: string, value: T, encode: (value: T) => unknown) {
    this.#file = file
    this.#value = value
    this.#encode = encode
  }

  get value (): T { return this.#value }

  /** Takes over what was read, which stands in the file already. */
  loaded (value: T): void { this.#value = value }

  /** One change after the other, each made to what the one before has left. */
  async change (changed: (value: T) => T): Promise<void> {
    const change = this.#changing.then(async () => {
      const value = changed(this.#value)
      await this.#write(value)
      this.#value = value
    })
    this.#changing = change.catch(() => {}) // told to whom it was for
    await change
  }

  async #write (value: T): Promise<void> {
    const text = this.#textOf(value)
    try {
      await writeDurably(this.#file, text)
    } catch (error) {
      // Where only its folder could not be synced it stands in the file, and would count after the next start.
      const isThere = await readIfThere(this.#file).then(content => content?.toString('utf8') === text, () => false)
      if (isThere) await writeDurably(this.#file, this.#textOf(this.#value)).catch(() => {}) // told is what failed first
      throw error
    }
  }

  #textOf (value: T): string { return JSON.stringify(this.#encode(value), null, 2) + '\n' }
}
