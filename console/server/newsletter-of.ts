import type { Newsletter } from '../../shared/api/newsletters.ts'
import type { NewsletterView, PublisherPart } from './parts.ts'

/** A newsletter as the contract shows it: what the reading side knows, and what the writing side does. */
export function newsletterOf (view: NewsletterView, publisher: PublisherPart): Newsletter {
  return { ...view, wordsUnconfirmed: view.role === 'own' && publisher.wordsUnconfirmed(view.address) }
}
