import { createStore, del, entries, set, type UseStore } from 'idb-keyval'

/** What an author writes of a draft. */
export interface DraftText {
  title: string
  subtitle: string
  markdown: string
  language: string | null
  tags: string[]
}

/** A text that the node did not have yet, as it was kept in this browser. */
export interface KeptText {
  draft: string
  /** Address of the newsletter for which it was written. */
  newsletter: string
  /** The version from which it was written on. */
  baseVersion: number
  text: DraftText
  /** Milliseconds since 1970. */
  at: number
}

const LOCK = 'colporteur writing '

/**
 * Keeps in this browser what a window has not saved yet, so that neither a dead node nor a killed window loses it. Windows
 * keep their texts apart; a text whose window is no more is found by the next one that opens.
 */
export class KeptTexts {
  readonly #id = [...crypto.getRandomValues(new Uint32Array(4))].map(number => number.toString(36)).join('-')
  readonly #store: UseStore = createStore('colporteur', 'texts')
  #release: () => void = () => {}

  /** Says to other windows that this one lives, until it closes, in whatever way. */
  open (): void {
    // Only on loopback and over HTTPS. Elsewhere every text passes for left behind, and is handed to the node twice.
    void navigator.locks?.request(LOCK + this.#id, async () => await new Promise<void>(resolve => { this.#release = resolve }))
  }

  close (): void {
    this.#release()
  }

  async keep (kept: KeptText): Promise<void> {
    await set(this.#keyOf(kept.draft), kept, this.#store)
  }

  async forget (draft: string): Promise<void> {
    await del(this.#keyOf(draft), this.#store)
  }

  /** Texts of windows that are gone, the oldest first, each with how to forget it. */
  async leftBehind (): Promise<{ kept: KeptText, forget: () => Promise<void> }[]> {
    const { held = [] } = await navigator.locks?.query() ?? {}
    const living = new Set(held.map(({ name }) => name?.slice(LOCK.length)))
    const all = await entries<string, KeptText>(this.#store)
    return all.filter(([key]) => !living.has(key.slice(0, key.indexOf('/'))) && !key.startsWith(this.#id))
      .map(([key, kept]) => ({ kept, forget: async () => await del(key, this.#store) }))
      .sort((a, b) => a.kept.at - b.kept.at)
  }

  #keyOf (draft: string): string {
    return `${this.#id}/${draft}`
  }
}
