import type { IssueToHold, LibraryIssue } from '../library/library-issue.ts'

/** Revisions that are fetched while the library still has an earlier one of each, whose room they take. */
export class ComingRevisions {
  #revisions = new Map<string, Map<string, LibraryIssue>>()

  /** Of an issue; null: none is coming. */
  of (newsletter: string, id: string): LibraryIssue | null { return this.#revisions.get(newsletter)?.get(id) ?? null }

  /** True for a revision of which a later one is coming. */
  areAfter ({ newsletter, id, revision }: LibraryIssue): boolean {
    const coming = this.of(newsletter, id)
    return coming !== null && coming.revision > revision
  }

  add (revision: LibraryIssue): void {
    const ofNewsletter = this.#revisions.get(revision.newsletter) ?? new Map<string, LibraryIssue>()
    this.#revisions.set(revision.newsletter, ofNewsletter.set(revision.id, revision))
  }

  /** False: this revision was none. */
  end ({ newsletter, id, writer, seq }: LibraryIssue): boolean {
    const coming = this.of(newsletter, id)
    if (coming?.writer !== writer || coming.seq !== seq) return false
    return this.#revisions.get(newsletter)!.delete(id)
  }

  forget (newsletter: string): void { this.#revisions.delete(newsletter) }

  /** Issues of the library as they will be. */
  over (issues: IssueToHold[]): IssueToHold[] {
    return issues.map(issue => {
      const coming = this.of(issue.newsletter, issue.id)
      // It has its place here by when the first one was published.
      return coming && coming.revision > issue.revision ? { ...issue, ...coming, publishedAt: issue.publishedAt } : issue
    })
  }
}
