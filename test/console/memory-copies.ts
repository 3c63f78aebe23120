import { EventEmitter } from 'node:events'
import type { CopiesPart } from '../../console/server/parts.ts'
import type { CopiesTarget, IssueCopies, IssueCopiesDetails, IssueCopiesPage, NewsletterCopies } from '../../shared/api/copies.ts'

/** Knows of no copies, and tells what it was asked for. */
export class MemoryCopies extends EventEmitter<{ copiesChanged: [copies: NewsletterCopies], issueCopiesChanged: [copies: IssueCopies] }> implements CopiesPart {
  #target = { copies: 3, owners: 2 }
  async newsletters (): Promise<NewsletterCopies[]> { return [] }
  async newsletter (newsletter: string): Promise<NewsletterCopies> {
    return {
      newsletter,
      state: null,
      sentence: 'There are no issues yet.',
      target: this.#target,
      issues: { total: 0, onlyHere: 0, spreading: 0, copies: 0, safe: 0, atRisk: 0 },
      newest: null,
      readers: { estimate: 0, words: 'no readers known' }
    }
  }

  async issues (_newsletter: string, { limit = 50 }: { limit?: number }): Promise<IssueCopiesPage> { return { issues: [], total: limit, next: null } }
  async issue ({ newsletter, id }: { newsletter: string, id: string }): Promise<IssueCopiesDetails> {
    return {
      issue: {
        ref: `${id}@${newsletter}`, id, newsletter, number: 1, publishedAt: '2026-01-01T00:00:00.000Z', state: 'onlyHere', sentence: 'Only here.',
        copies: 0, keepers: 0, owners: 0, target: this.#target, claimed: 0, spreading: null, safeSince: null
      },
      holders: [],
      history: []
    }
  }

  async setTarget (newsletter: string, target: CopiesTarget): Promise<NewsletterCopies> {
    this.#target = target
    return await this.newsletter(newsletter)
  }
}
