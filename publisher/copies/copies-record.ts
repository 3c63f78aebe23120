import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { CopiesTarget } from '../../shared/api/copies.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import type { Address } from '../../shared/format/address.ts'
import { DEFAULT_TARGET } from './copies-state.ts'

/** What became safe is written so long after it did, together with what does meanwhile. */
const SAVE_MS = 1_000

const Stored = Type.Object({
  target: CopiesTarget,
  /** Id of each issue that has been safe -> since when, without a break; empty while it is not. */
  safe: Type.Record(Type.String(), Type.String())
})

/** What is remembered of a newsletter's copies: what the author calls safe, and which issues have been. */
export class CopiesRecord {
  #file: string
  #stored: Static<typeof Stored>
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()

  private constructor (file: string, stored: Static<typeof Stored>) {
    this.#file = file
    this.#stored = stored
  }

  static async open (folder: string, newsletter: Address): Promise<CopiesRecord> {
    const file = join(folder, `${newsletter}.json`)
    const content = await readIfThere(file)
    const stored = content && parse(content)
    return new CopiesRecord(file, Value.Check(Stored, stored) ? stored : { target: DEFAULT_TARGET, safe: {} })
  }

  async close (): Promise<void> {
    if (this.#timer) this.#save()
    await this.#saving
  }

  get target (): CopiesTarget { return this.#stored.target }

  async setTarget (target: CopiesTarget): Promise<void> {
    this.#stored.target = target
    this.#save()
    await this.#saving
  }

  /** True when the issue has been safe at some time. */
  wasSafe (id: string): boolean {
    return Object.hasOwn(this.#stored.safe, id)
  }

  /** ISO 8601; null while it is not safe. */
  safeSince (id: string): string | null {
    return this.#stored.safe[id] || null
  }

  note (id: string, isSafe: boolean): void {
    const before = this.#stored.safe[id]
    if (isSafe ? before : !before) return
    this.#stored.safe[id] = isSafe ? new Date().toISOString() : ''
    this.#timer ??= setTimeout(() => this.#save(), SAVE_MS).unref()
  }

  #save (): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const content = JSON.stringify(this.#stored, null, 1) + '\n'
    const save = this.#saving.then(() => writeDurably(this.#file, content))
    // A full disk forgets what was safe, and so calls nothing safe that is not.
    this.#saving = save.catch(() => {})
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // a damaged record is begun anew
  }
}
