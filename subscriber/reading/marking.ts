import type { Issue, Place } from '../../shared/api/issues.ts'
import type { MarkedRead } from '../../shared/api/subscriptions.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { Resource } from '../../shared/resource.ts'
import type { IssueKey, IssueViews } from '../issue-view.ts'
import type { Library } from '../library/library.ts'

interface MarkingEvents {
  issueChanged: [issue: Issue]
  /** Saved, or no longer. */
  saved: [key: IssueKey]
  /** Many at once: in one newsletter, or in the whole inbox (null). */
  issuesMarked: [newsletter: Address | null]
}

/** What the reader does with issues: reads and saves them, and stops at a place. */
export class Marking extends Resource<MarkingEvents> {
  #library: Library
  #views: IssueViews

  constructor ({ library, views }: { library: Library, views: IssueViews }) {
    super()
    this.#library = library
    this.#views = views
  }

  /** Each: @throws AppError ISSUE_NOT_FOUND */
  async read (key: IssueKey, read: boolean): Promise<Issue> {
    return await this.#mark(key, () => this.#library.mark(key.newsletter, key.id, read))
  }

  async save (key: IssueKey, saved: boolean): Promise<Issue> {
    const issue = await this.#mark(key, () => this.#library.save(key.newsletter, key.id, saved))
    this.emit('saved', key)
    return issue
  }

  async keepPlace (key: IssueKey, place: Place | null): Promise<Issue> {
    return await this.#mark(key, () => this.#library.keepPlace(key.newsletter, key.id, place))
  }

  /** All that are unread in a newsletter, or in the inbox. */
  async readAll (newsletter: Address | null): Promise<MarkedRead> {
    const marked = await this.#library.markAll(newsletter ?? undefined)
    if (marked.marked > 0) this.emit('issuesMarked', newsletter)
    return marked
  }

  /** Takes back what {@link readAll} marked at a time; gives how many are unread again. */
  async takeBack (at: string): Promise<number> {
    const unmarked = await this.#library.unmarkAll(at)
    if (unmarked > 0) this.emit('issuesMarked', null)
    return unmarked
  }

  async #mark ({ newsletter, id }: IssueKey, mark: () => Promise<void>): Promise<Issue> {
    // A mark is kept for whatever it names, so what is not here must not be named.
    if (!await this.#views.find({ newsletter, id })) throw notFound()
    await mark()
    const issue = await this.#views.find({ newsletter, id })
    if (!issue) throw notFound()
    this.emit('issueChanged', issue)
    return issue
  }
}

function notFound (): AppError {
  return new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
}
