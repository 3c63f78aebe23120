/** So many are remembered of peers that have given blocks, and of all others, who can't push out what is remembered of those. */
const MOST = 65_536

/**
 * Calls that came before. Whoever has passed a call on can say it again: then it looks as if the same node called once more, and
 * its connection, if it has one, would have to make room.
 */
export class HeardCalls {
  /** The oldest first. */
  #ofProven = new Set<string>()
  #ofStrangers = new Set<string>()

  has (id: string): boolean { return this.#ofProven.has(id) || this.#ofStrangers.has(id) }

  add (id: string, isProven: boolean): void {
    const heard = isProven ? this.#ofProven : this.#ofStrangers
    heard.add(id)
    if (heard.size > MOST) heard.delete(heard.values().next().value!)
  }
}
