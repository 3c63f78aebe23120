import type { Restoration, RestoredNewsletter } from '../../shared/api/restoring.ts'
import type { Progress } from '../../shared/api/subscriptions.ts'
import { progressInWords } from './progress-text.ts'
import { safeText } from './safe-text.ts'

/** How the search stands while nothing was found. */
export function searchInWords ({ looking }: Restoration): string {
  return `looking for somebody who holds ${looking === 1 ? 'that newsletter' : 'a newsletter of these words'}; nobody found yet`
}

/** How far a newsletter that was found has come. */
export function foundInWords ({ title, link, state, peers }: RestoredNewsletter, progress: Progress | null): string {
  const name = title === '' ? link : safeText(title)
  if (state === 'ready') return `${name}: everything is known that ${nodes(peers)} could tell`
  return `${name}: ${progress ? progressInWords(progress) : `found ${nodes(peers)}; asking what there is`}`
}

/** To whom the new root has come. */
export function informedInWords ({ peers, informed }: RestoredNewsletter): string {
  if (informed > 0) return `${nodes(informed)} of ${peers} ${informed === 1 ? 'has' : 'have'} the new root, and will pass it on.`
  return 'Nobody has heard of it yet: leave a node running ("colporteur start"), so that others do.'
}

function nodes (count: number): string {
  return count === 1 ? '1 node' : `${count} nodes`
}
