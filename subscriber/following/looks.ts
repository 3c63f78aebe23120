/** Who looks at a thing, of several who were told to: the last one counts. */
export class Looks {
  #last = new Map<string, object>()

  /** @param look is asked, after each wait, whether another look at the thing has begun meanwhile, or it was {@link end}ed */
  async begin (thing: string, look: (isOver: () => boolean) => Promise<void>): Promise<void> {
    const mine = {}
    this.#last.set(thing, mine)
    try {
      await look(() => this.#last.get(thing) !== mine)
    } finally {
      if (this.#last.get(thing) === mine) this.#last.delete(thing)
    }
  }

  has (thing: string): boolean { return this.#last.has(thing) }

  /** False: nobody was looking. */
  end (thing: string): boolean { return this.#last.delete(thing) }
}
