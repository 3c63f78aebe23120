import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Check, checkedJson, parseChecked } from './checked-json.ts'
import { readIfThere, replaceKept, writeDurably } from './durable-file.ts'

/** Something else has changed a file. `aside`: where it is kept as it was found; null: where it was, because it could not be written anew. */
export interface Damage { aside: string | null }

/** The member of the file that says, until somebody has looked, that there was damage: the name of the file that is kept. */
const MARK = 'damaged'

/** What lies in one small file, which every change replaces durably. A change that could not be written down was not made. */
export class SavedValue<T> {
  #file: string
  #encode: (value: T) => object
  #value: T
  #damage: Damage | null = null
  #changing: Promise<void> = Promise.resolve()

  /** @param encode what of it stands in the file, as JSON */
  constructor (file: string, value: T, encode: (value: T) => object) {
    this.#file = file
    this.#value = value
    this.#encode = encode
  }

  get value (): T { return this.#value }

  /** What nobody has looked at yet, in this run or in another before it; who removes the file that is kept has looked. */
  get damage (): Damage | null { return this.#damage }

  /** What stands in the file, `undefined` where that is no JSON, and whether it is what was written there. Null: there is no file. */
  async read (): Promise<{ json: unknown, check: Check } | null> {
    const content = await readIfThere(this.#file)
    if (!content) return null
    const { json, check } = parseChecked(content.toString('utf8'))
    this.#damage = await this.#marked(json)
    return { json, check }
  }

  /** Takes over what was read, which stands in the file already. */
  loaded (value: T): void { this.#value = value }

  /** Takes over what could be read of a file that something else has changed. It stays as it is until the next change, before which a copy is kept. */
  found (value: T): void {
    this.#value = value
    this.#damage = { aside: null }
  }

  /**
   * One change after the other, each made to what the one before has left.
   *
   * @param isSeen whoever makes it has looked at what was damaged
   */
  async change (changed: (value: T) => T, { isSeen = false } = {}): Promise<void> {
    const change = this.#changing.then(async () => {
      const value = changed(this.#value)
      this.#damage = await this.#write(value, isSeen)
      this.#value = value
    })
    this.#changing = change.catch(() => {}) // told to whom it was for
    await change
  }

  /** @returns what is still to be looked at */
  async #write (value: T, isSeen: boolean): Promise<Damage | null> {
    if (this.#damage?.aside === null) {
      const aside = await replaceKept(this.#file, aside => this.#textOf(value, isSeen ? null : aside))
      return isSeen ? null : { aside }
    }
    const left = isSeen ? null : this.#damage
    const text = this.#textOf(value, left?.aside ?? null)
    try {
      await writeDurably(this.#file, text)
    } catch (error) {
      // Where only its folder could not be synced it stands in the file, and would count after the next start.
      const isThere = await readIfThere(this.#file).then(content => content?.toString('utf8') === text, () => false)
      if (isThere) await writeDurably(this.#file, this.#textOf(this.#value, this.#damage?.aside ?? null)).catch(() => {}) // told is what failed first
      throw error
    }
    return left
  }

  #textOf (value: T, aside: string | null): string {
    return checkedJson({ ...this.#encode(value), ...(aside !== null && { [MARK]: basename(aside) }) })
  }

  async #marked (json: unknown): Promise<Damage | null> {
    const name = (json as { [MARK]?: unknown } | null | undefined)?.[MARK]
    if (typeof name !== 'string') return null
    const aside = join(dirname(this.#file), basename(name))
    return await lstat(aside).then(() => ({ aside }), () => null)
  }
}
