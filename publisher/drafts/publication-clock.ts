/** Machines sleep and clocks are set: a timer alone would be wrong by as much. */
const LOOK_MS = 15_000

/** Says when drafts are due. */
export class PublicationClock {
  #due: (id: string) => void
  #times = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null
  #runs = false

  /** @param due is called once for each time that was set */
  constructor (due: (id: string) => void) {
    this.#due = due
  }

  start (): void {
    this.#runs = true
    this.#arm()
  }

  stop (): void {
    this.#runs = false
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** @param atMs null: not any more */
  set (id: string, atMs: number | null): void {
    if (atMs === null) this.#times.delete(id)
    else this.#times.set(id, atMs)
    this.#arm()
  }

  #arm (): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (!this.#runs || this.#times.size === 0) return
    const nextMs = Math.min(...this.#times.values()) - Date.now()
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(nextMs, 0), LOOK_MS)).unref()
  }

  #look (): void {
    for (const [id, atMs] of [...this.#times]) {
      if (atMs > Date.now()) continue
      this.#times.delete(id)
      this.#due(id)
    }
    this.#arm()
  }
}
