/** Lets work on one thing wait for its turn, in the order in which it came. Work on other things goes on meanwhile. */
export class Turns {
  #last = new Map<string, Promise<unknown>>()

  /** @throws what `work` throws; the next one has its turn all the same */
  async inTurn<T> (thing: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(thing) ?? Promise.resolve()).then(work)
    const ended: Promise<unknown> = turn.catch(() => {}).then(() => { // told to whom it was for
      if (this.#last.get(thing) === ended) this.#last.delete(thing)
    })
    this.#last.set(thing, ended)
    return await turn
  }

  /** Returns when everything that has come so far is done. */
  async settled (): Promise<void> {
    await Promise.all(this.#last.values())
  }
}
