import { setImmediate } from 'node:timers/promises'

/** Does some work, and counts how often whatever else there is to do has its turn meanwhile. */
export async function countTurns<T> (work: () => Promise<T>): Promise<{ result: T, turns: number }> {
  let [turns, isDone] = [0, false]
  const working = work().finally(() => { isDone = true })
  for (; !isDone; turns++) await setImmediate()
  return { result: await working, turns }
}
