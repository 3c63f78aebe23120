import { writeDurably } from './durable-file.ts'

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
      await writeDurably(this.#file, JSON.stringify(this.#encode(value), null, 2) + '\n')
      this.#value = value
    })
    this.#changing = change.catch(() => {}) // told to whom it was for
    await change
  }
}
