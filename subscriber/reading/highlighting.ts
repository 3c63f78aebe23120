import { ulid } from 'ulid'
import type { Highlight, NewHighlight } from '../../shared/api/highlights.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { Resource } from '../../shared/resource.ts'
import { type IssueKey, refOf } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import type { HighlightRow } from '../library/library-issue.ts'

/** More marks than anybody makes; a page has to find each of them. */
const MOST_IN_ISSUE = 1_000

/** What the reader highlights in issues, and what they note there. */
export class Highlighting extends Resource<{ highlightsChanged: [issue: IssueKey] }> {
  #library: Library

  constructor ({ library }: { library: Library }) {
    super()
    this.#library = library
  }

  /** Of everything (null), of a newsletter, or of an issue. */
  async all (of: { newsletter: Address, id?: string } | null): Promise<Highlight[]> {
    const rows = await this.#library.highlights(of?.newsletter ?? null, of?.id ?? null)
    return await Promise.all(rows.map(row => this.#view(row)))
  }

  /** @throws AppError ISSUE_NOT_FOUND, TOO_LARGE */
  async add ({ newsletter, id }: IssueKey, { quote, before, start, note = '' }: NewHighlight): Promise<Highlight> {
    if (!await this.#library.issue(newsletter, id)) throw new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
    const known = await this.#library.highlights(newsletter, id)
    // Who presses twice means one.
    const same = known.find(row => row.quote === quote && row.before === before && row.start === start)
    if (same) return await this.#view(same)
    if (known.length >= MOST_IN_ISSUE) throw new AppError('TOO_LARGE', `An issue has at most ${MOST_IN_ISSUE} highlights.`)
    return await this.#put({ newsletter, issue: id, id: ulid().toLowerCase(), quote, before, start, note, at: new Date().toISOString() })
  }

  /** @throws AppError NOT_FOUND; {@link remove} too */
  async note (id: string, note: string): Promise<Highlight> {
    return await this.#put({ ...await this.#row(id), note })
  }

  async remove (id: string): Promise<void> {
    const { newsletter, issue } = await this.#row(id)
    await this.#library.removeHighlight(id)
    this.emit('highlightsChanged', { newsletter, id: issue })
  }

  async #put (row: HighlightRow): Promise<Highlight> {
    await this.#library.putHighlight(row)
    this.emit('highlightsChanged', { newsletter: row.newsletter, id: row.issue })
    return await this.#view(row)
  }

  async #row (id: string): Promise<HighlightRow> {
    const row = await this.#library.highlight(id)
    if (!row) throw new AppError('NOT_FOUND', 'There is no such highlight (any more).')
    return row
  }

  async #view ({ newsletter, issue, ...row }: HighlightRow): Promise<Highlight> {
    const listing = await this.#library.listing(newsletter, issue)
    return { ...row, ref: refOf({ newsletter, id: issue }), newsletter, title: listing?.title ?? '', newsletterTitle: listing?.newsletterTitle ?? '' }
  }
}
