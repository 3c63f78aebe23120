export interface RerunParts {
  work: () => Promise<void>
  /** Asked each time. */
  mayRun: () => boolean
  onFailed: (error: unknown) => void
  /** Nothing of it goes on, for a moment at least. */
  onEnded: () => void
}

/** Work that is done once more afterwards when it is asked for while it goes on. */
export class Rerun {
  #parts: RerunParts
  #running: Promise<void> | null = null
  #isDueAgain = false

  constructor (parts: RerunParts) {
    this.#parts = parts
  }

  /** What goes on, which never fails; null: nothing does. */
  get running (): Promise<void> | null { return this.#running }

  run (): void {
    const { work, mayRun, onFailed, onEnded } = this.#parts
    if (!mayRun()) return
    this.#isDueAgain = this.#running !== null
    this.#running ??= Promise.resolve().then(work).catch(onFailed).finally(() => {
      this.#running = null
      onEnded()
      if (this.#isDueAgain) this.run()
    })
  }
}
