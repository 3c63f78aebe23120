import type { Ends } from '../support/namespaces.ts'

/** Plays one of several rounds: what is opened for it is closed before the next begins. */
export async function oneRound<T> (ends: Ends, play: (ends: Ends) => Promise<T>): Promise<T> {
  const begun: (() => unknown)[] = []
  const endAll = async (): Promise<void> => { for (const end of begun.splice(0)) await end() }
  // When the whole is broken off in the middle.
  ends.teardown(endAll)
  try {
    return await play({ teardown: (end: () => unknown) => { begun.unshift(end) } } as Ends)
  } finally {
    await endAll()
  }
}
