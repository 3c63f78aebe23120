import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval'

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
/** So long may a page that is loaded anew open before the old one has let go. */
const LETTING_GO_MS = 1_500

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

  /**
   * Texts of windows that are gone, the oldest first, each with how to forget it.
   *
   * @param draft that opens: a window that has a text of it may just be going
   */
  async leftBehind (draft: string | null = null): Promise<{ kept: KeptText, forget: () => Promise<void> }[]> {
    const { held = [] } = await navigator.locks?.query() ?? {}
    const living = new Set(held.map(({ name }) => name?.slice(LOCK.length)))
    const left: { kept: KeptText, forget: () => Promise<void> }[] = []
    for (const [key, found] of await entries<string, KeptText>(this.#store)) {
      const owner = key.slice(0, key.indexOf('/'))
      if (owner === this.#id) continue
      if (living.has(owner) && !(found.draft === draft && await isGoing(owner))) continue
      // Its last words may have come meanwhile.
      const kept = await get<KeptText>(key, this.#store)
      if (kept) left.push({ kept, forget: async () => await del(key, this.#store) })
    }
    return left.sort((a, b) => a.kept.at - b.kept.at)
  }

  #keyOf (draft: string): string {
    return `${this.#id}/${draft}`
  }
}

/** True when a window that still seemed to live is no more. */
async function isGoing (owner: string): Promise<boolean> {
  return await navigator.locks.request(LOCK + owner, { signal: AbortSignal.timeout(LETTING_GO_MS) }, async () => true).catch(() => false) // it lives on
}
