import type { Newsletter } from '../../shared/api/newsletters.ts'
import type { CustodyPart, NewsletterView } from './parts.ts'

/** A newsletter as the contract shows it: what the reading side knows, and what the writing side does. */
export function newsletterOf (view: NewsletterView, custody: CustodyPart): Newsletter {
  return { ...view, wordsUnconfirmed: view.role === 'own' && custody.unconfirmed(view.address) }
}
