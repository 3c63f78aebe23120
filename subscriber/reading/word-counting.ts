import { isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { IssueKey } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import type { Reading } from './reading.ts'

const AT_ONCE = 100

export interface WordCountingParts {
  library: Library
  reading: Reading
  onCounted: (key: IssueKey) => void
  log: Log
}

/** Counts the words of issues that are ready, in the background and one after the other. */
export class WordCounting {
  #parts: WordCountingParts
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor (parts: WordCountingParts) {
    this.#parts = parts
  }

  /** There may be something to count. */
  wake (): void {
    if (this.#stopped) return
    this.#again = this.#running !== null
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      if (this.#again) this.wake()
    })
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run (): Promise<void> {
    const { library, log } = this.#parts
    try {
      for (let keys = await library.uncounted(AT_ONCE); keys.length > 0 && !this.#stopped; keys = await library.uncounted(AT_ONCE)) {
        for (const key of keys) if (!this.#stopped) await this.#count(key)
      }
    } catch (error) {
      if (!this.#stopped) log.error({ error: messageOf(error) }, 'counting words')
    }
  }

  async #count (key: IssueKey): Promise<void> {
    const { library, reading, onCounted } = this.#parts
    const issue = await library.issue(key.newsletter, key.id)
    if (!issue) return
    const words = await reading.words(key).catch((error: unknown) => {
      if (this.#stopped || !isAppError(error)) throw error
      return 0 // a text that can not be read has no reading time, and must not be tried for ever
    })
    await library.setWords(key.newsletter, key.id, issue.bodyHash, words)
    onCounted(key)
  }
}
