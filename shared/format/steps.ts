/** Work that is long as a whole, and can pause after each step. */
export type Steps<T> = Generator<void, T, void>

/** All steps of work, one right after the other. */
export function atOnce<T> (steps: Steps<T>): T {
  while (true) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
