import type { FoundHistory } from './stored-history.ts'

/** More histories of one drive prove nothing more. */
const MOST_FOUND = 8

/** What was found of a drive, with one more; null when that is nothing new, or there are enough. */
export function withFound (others: FoundHistory[], found: FoundHistory): FoundHistory[] | null {
  const alike = others.filter(({ core, other }) => core === found.core && other.fork === found.other.fork)
  const same = alike.find(({ other }) => other.treeHash === found.other.treeHash)
  if (found.bySeal) {
    if (same?.bySeal) return null
    return same ? others.map(one => one === same ? { ...same, bySeal: true as const } : one) : [...others, found]
  }
  // One that goes on is the same again, however far it has come by now.
  if (same || alike.some(({ peer }) => peer === found.peer) || others.length >= MOST_FOUND) return null
  return [...others, found]
}
