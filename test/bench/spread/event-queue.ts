interface Entry { dueMs: number, order: number, run: () => void }

/** Runs what is due, in order of time. The clock is `performance.now()`; a timer of Node is late by up to a millisecond. */
export class EventQueue {
  /** A binary heap. */
  #entries: Entry[] = []
  #order = 0
  #timer: NodeJS.Timeout | null = null
  #timerMs = Infinity

  at (dueMs: number, run: () => void): void {
    this.#push({ dueMs, order: this.#order++, run })
    this.#wind()
  }

  close (): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#entries = []
  }

  #wind (): void {
    const first = this.#entries[0]
    if (!first || first.dueMs >= this.#timerMs) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timerMs = first.dueMs
    this.#timer = setTimeout(() => this.#runDue(), Math.max(1, first.dueMs - performance.now()))
  }

  #runDue (): void {
    this.#timer = null
    this.#timerMs = Infinity
    while (this.#entries.length > 0 && this.#entries[0]!.dueMs <= performance.now()) this.#pop().run()
    this.#wind()
  }

  #push (entry: Entry): void {
    const heap = this.#entries
    let place = heap.push(entry) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(entry, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = entry
  }

  #pop (): Entry {
    const heap = this.#entries
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let place = 0
    while (true) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last
    return first
  }
}

function isBefore (a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}
