/** Who was told of counts for so long, and then for longer not any more, unless they come. */
const COMING_MS = 3_000
const NEVER_CAME_MS = 60_000
/** So many count at once, and so many are remembered: anybody can tell of some that there are not. */
const COUNTED_MOST = 8
const REMEMBERED_MOST = 4_096

/** Nodes that others have told to be fetching, and that may be connected soon. */
export class Awaited {
  /** By their keys in hex: since when they were told of without having come. */
  #sinceMs = new Map<string, number>()

  /** Those of `told` who count: of many the first by their keys, so that others count the same. */
  count (told: ReadonlyMap<string, Uint8Array>, isHere: (id: string) => boolean): Uint8Array[] {
    const nowMs = performance.now()
    for (const [id, sinceMs] of this.#sinceMs) if (isHere(id) || nowMs - sinceMs > NEVER_CAME_MS) this.#sinceMs.delete(id)
    const awaited: string[] = []
    for (const id of told.keys()) {
      if (isHere(id)) continue
      if (!this.#sinceMs.has(id) && this.#sinceMs.size < REMEMBERED_MOST) this.#sinceMs.set(id, nowMs)
      if (nowMs - (this.#sinceMs.get(id) ?? -Infinity) < COMING_MS) awaited.push(id)
    }
    return awaited.sort().slice(0, COUNTED_MOST).map(id => told.get(id)!)
  }
}
