import type { NewsletterChange, NewsletterDescription } from '../../shared/api/newsletters.ts'
import type { Address } from '../../shared/format/address.ts'
import type { NewsletterDocument } from '../../shared/format/newsletter.ts'

/** How a newsletter describes itself from now on: as before, but for what changes. */
export function newsletterDocument (
  address: Address, writer: string, before: NewsletterDescription | null, change: NewsletterChange
): NewsletterDocument {
  const { title, description = '', language = 'en', authors = [], ...rest } = { title: '', ...before, ...change }
  return {
    colporteur: 1,
    kind: 'newsletter',
    newsletter: address,
    writer,
    title,
    description,
    language,
    authors: authors.map(name => ({ name })),
    ...Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== '')),
    at: new Date().toISOString()
  }
}
