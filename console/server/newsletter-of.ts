import type { Newsletter } from '../../shared/api/newsletters.ts'
import type { WritingPart } from './history-parts.ts'
import type { LocksPart } from './lock-parts.ts'
import type { CustodyPart, NewsletterView } from './parts.ts'

/** A newsletter as the contract shows it: what the reading side knows, and what the writing side does. */
export function newsletterOf (view: NewsletterView, { custody, writing, locks }: { custody: CustodyPart, writing: WritingPart, locks: LocksPart }): Newsletter {
  const isOwn = view.role === 'own'
  const trouble = writing.trouble(view.address)
  return {
    ...view,
    wordsUnconfirmed: isOwn && custody.unconfirmed(view.address),
    keys: locks.stateOf(view.address),
    notWriting: isOwn || trouble?.code === 'RETIRED' ? trouble : null
  }
}
