import type { PublisherPart } from '../../console/server/parts.ts'
import type { Imported, IssueSource, Published } from '../../shared/api/issues.ts'
import type { NewsletterDescription } from '../../shared/api/newsletters.ts'
import { ISSUE, OWN } from './samples.ts'

const noImports: Imported = { published: 0, already: 0, failed: [], notes: [], sizeBytes: 0 }

/** Publishes nothing, and notes what it is asked. */
export class MemoryPublisher implements PublisherPart {
  published: unknown[] = []

  async create ({ title }: NewsletterDescription): Promise<{ address: string, words: string }> {
    return { address: OWN, words: `words of ${title}` }
  }

  async describe (): Promise<void> {}

  async publish (address: string, source: IssueSource, options: { dryRun: boolean }): Promise<Published> {
    this.published.push([address, source, options])
    return {
      outcome: options.dryRun ? 'dryRun' : 'published', id: ISSUE, ref: `${ISSUE}@${address}`, number: 1, title: 'One',
      publishedAt: '2026-01-05T00:00:00.000Z', sizeBytes: 1, files: [], notes: []
    }
  }

  async importFolder (_address: string, _path: string, report: (done: number, total: number, name: string) => void): Promise<Imported> {
    report(1, 2, 'one.md')
    report(2, 2, 'two.md')
    return { ...noImports, published: 2 }
  }
}
