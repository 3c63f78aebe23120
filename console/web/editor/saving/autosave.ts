import { isAppError, messageOf } from '../../../../shared/errors.ts'
import type { DraftText } from './kept-texts.ts'

/** After the last key. */
const PAUSE_MS = 3_000
/** While somebody writes without a pause. */
const LONGEST_MS = 60_000
const RETRY_MS = 5_000

/**
 * `waiting`: written on since it was saved. `failed`: the node could not; it is tried again. `refused`: the node will not,
 * as long as the text is as it is. `conflict`: another window has saved meanwhile; nothing is saved until the author has
 * decided. `gone`: the draft was published or discarded.
 */
export type Saving =
  | { state: 'saved', at: string }
  | { state: 'waiting' }
  | { state: 'saving' }
  | { state: 'failed' | 'refused' | 'conflict' | 'gone', reason: string, code: string }

export interface AutosaveParts {
  /** The text as it is now. */
  read: () => DraftText
  /** Gives the version that it became, and when; ISO 8601. */
  save: (text: DraftText, baseVersion: number) => Promise<{ version: number, savedAt: string }>
  /** Keeps it in the browser. */
  keep: (text: DraftText, baseVersion: number) => Promise<void>
  forget: () => Promise<void>
  /** What is saved at the beginning. */
  version: number
  savedAt: string
}

/** Saves a text while it is written; `change` when its state is another. */
export class Autosave extends EventTarget {
  #parts: AutosaveParts
  #saving: Saving
  #version: number
  /** Counts changes of the text: what was saved is up to date when nothing came since. */
  #changes = 0
  #savedChanges = 0
  #waitingSinceMs = 0
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  /** What is kept in the browser; null while nothing is being written there. */
  #keeping: Promise<void> | null = null
  #keptChanges = 0
  #isKeepSoon = false
  #running: Promise<void> | null = null

  constructor (parts: AutosaveParts) {
    super()
    this.#parts = parts
    this.#version = parts.version
    this.#saving = { state: 'saved', at: parts.savedAt }
  }

  get saving (): Saving { return this.#saving }
  /** Of the text on the node from which this one was written on. */
  get version (): number { return this.#version }
  get text (): DraftText { return this.#parts.read() }
  get isSaved (): boolean { return this.#changes === this.#savedChanges }

  /** To be called for each change of the text. */
  changed (): void {
    if (this.isSaved) this.#waitingSinceMs = Date.now()
    this.#changes++
    this.#keepSoon()
    const { state } = this.#saving
    if (state === 'conflict' || state === 'gone') return
    if (state === 'saved' || state === 'refused') this.#tell({ state: 'waiting' })
    this.#saveIn(Math.max(0, Math.min(PAUSE_MS, this.#waitingSinceMs + LONGEST_MS - Date.now())))
  }

  /** Saves what is not saved yet. Never throws: how it went is its state. */
  async saveNow (): Promise<void> {
    clearTimeout(this.#saveTimer)
    const { state } = this.#saving
    if (state === 'conflict' || state === 'gone') return
    while (this.#running) await this.#running
    if (this.isSaved) return
    this.#running = this.#save()
    await this.#running
  }

  /** Keeps in the browser what is not saved yet. */
  async keepNow (): Promise<void> {
    await this.#keeping
    if (this.isSaved || this.#keptChanges === this.#changes) return
    this.#keptChanges = this.#changes
    const { read, keep } = this.#parts
    // A browser that may keep nothing says so by what is told of saving: this is the second net.
    this.#keeping = keep(read(), this.#version).catch(() => {})
    await this.#keeping
    this.#keeping = null
    this.#keepSoon()
  }

  /** Each key is kept, after the screen has shown it; those that come while one is being kept are kept together. */
  #keepSoon (): void {
    if (this.#isKeepSoon || this.#keeping || this.isSaved || this.#keptChanges === this.#changes) return
    this.#isKeepSoon = true
    requestAnimationFrame(() => setTimeout(() => {
      this.#isKeepSoon = false
      void this.keepNow()
    }))
  }

  /** After a conflict: the author goes on with this text, written on from the version that the node has. */
  async goOnFrom (version: number): Promise<void> {
    this.#version = version
    this.#changes++
    this.#tell({ state: 'waiting' })
    await this.saveNow()
  }

  /** The text was replaced by what the node has. */
  replacedBy (version: number, savedAt: string): void {
    clearTimeout(this.#saveTimer)
    this.#version = version
    void this.#saved(this.#changes, savedAt)
  }

  /** No more is written: saves what is left. */
  async close (): Promise<void> {
    await this.keepNow()
    await this.saveNow()
    clearTimeout(this.#saveTimer)
  }

  async #save (): Promise<void> {
    const changes = this.#changes
    this.#tell({ state: 'saving' })
    try {
      const { version, savedAt } = await this.#parts.save(this.#parts.read(), this.#version)
      this.#version = version
      await this.#saved(changes, savedAt)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#running = null
    }
  }

  async #saved (changes: number, savedAt: string): Promise<void> {
    this.#savedChanges = changes
    if (!this.isSaved) {
      this.#waitingSinceMs = Date.now()
      this.#tell({ state: 'waiting' })
      this.#saveIn(PAUSE_MS)
      // Written on from another version now.
      this.#keptChanges = 0
      this.#keepSoon()
      return
    }
    this.#tell({ state: 'saved', at: savedAt })
    await this.#keeping
    // Kept for another time, it is handed to the node again, which knows it.
    if (this.isSaved) await this.#parts.forget().catch(() => {})
  }

  #failed (error: unknown): void {
    const code = isAppError(error) ? error.code : 'INTERNAL'
    const reason = messageOf(error)
    if (code === 'CONFLICT') this.#tell({ state: 'conflict', reason, code })
    else if (code === 'NOT_FOUND') this.#tell({ state: 'gone', reason, code })
    else if (code === 'TOO_LARGE' || code === 'BAD_REQUEST') this.#tell({ state: 'refused', reason, code })
    else {
      this.#tell({ state: 'failed', reason, code })
      this.#saveIn(RETRY_MS)
    }
  }

  #saveIn (ms: number): void {
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => void this.saveNow(), ms)
  }

  #tell (saving: Saving): void {
    this.#saving = saving
    this.dispatchEvent(new Event('change'))
  }
}
