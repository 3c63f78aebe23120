import { appendFile, stat } from 'node:fs/promises'
import Value from 'typebox/value'
import { Eviction } from '../../shared/api/keeping.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'

/** The newest are shown, and stay when the file has become longer than it may. */
const SHOWN = 1_000
const MOST_BYTES = 1024 * 1024

/** What was taken off the disk to keep within a cap: a line for each issue, so that nothing goes silently. */
export class EvictionLog {
  #file: string
  #writing: Promise<void> = Promise.resolve()

  constructor (file: string) {
    this.#file = file
  }

  async note (eviction: Eviction): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      await appendFile(this.#file, JSON.stringify(eviction) + '\n', { mode: 0o600 })
      const { size } = await stat(this.#file)
      if (size > MOST_BYTES) await writeDurably(this.#file, (await this.#read()).slice(-SHOWN).map(line => JSON.stringify(line) + '\n').join(''))
    }).catch(() => {}) // on a full disk the event and the log still tell
    await this.#writing
  }

  /** The last first. */
  async newest (): Promise<Eviction[]> {
    await this.#writing
    return (await this.#read()).slice(-SHOWN).reverse()
  }

  async #read (): Promise<Eviction[]> {
    const content = await readIfThere(this.#file)
    return (content?.toString('utf8') ?? '').split('\n').flatMap(line => {
      const eviction = parse(line)
      return Value.Check(Eviction, eviction) ? [eviction] : []
    })
  }
}

function parse (line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null // the last line may have been cut off by a kill
  }
}
