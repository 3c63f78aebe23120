import { type Check, checkedJson, readChecked } from './checked-json.ts'
import { keepAside, readIfThere, writeDurably } from './durable-file.ts'

/** What lies in one small file, which every change replaces durably. A change that could not be written down was not made. */
export class SavedValue<T> {
  #file: string
  #encode: (value: T) => object
  #value: T
  #changing: Promise<void> = Promise.resolve()

  /** @param encode what of it stands in the file, as JSON */
  constructor (file: string, value: T, encode: (value: T) => object) {
    this.#file = file
    this.#value = value
    this.#encode = encode
  }

  get value (): T { return this.#value }

  /** What stands in the file, `undefined` where that is no JSON, and whether it is what was written there. Null: there is no file. */
  async read (): Promise<{ json: unknown, check: Check } | null> {
    const content = await readIfThere(this.#file)
    if (!content) return null
    const { json, check } = readChecked(content.toString('utf8'))
    return { json: parse(json), check }
  }

  /** Takes over what was read, which stands in the file already. */
  loaded (value: T): void { this.#value = value }

  /**
   * Takes over what could be read of a file that something else has changed, and writes that; what was found is kept.
   *
   * @returns where
   */
  async mend (value: T): Promise<string> {
    const aside = await keepAside(this.#file)
    await this.change(() => value)
    return aside
  }

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

  #textOf (value: T): string { return checkedJson(this.#encode(value)) }
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // as damaged as the wrong shape
  }
}
