import type { IssueToHold, LibraryIssue } from '../library/library-issue.ts'

/** Revisions that are fetched while the library still has an earlier one of each, whose room they take. */
export class ComingRevisions {
  #revisions = new Map<string, Map<string, LibraryIssue>>()

  has (newsletter: string, id: string): boolean { return this.#revisions.get(newsletter)?.has(id) ?? false }

  add (revision: LibraryIssue): void {
    const ofNewsletter = this.#revisions.get(revision.newsletter) ?? new Map<string, LibraryIssue>()
    this.#revisions.set(revision.newsletter, ofNewsletter.set(revision.id, revision))
  }

  /** Issues of the library as they will be. Those that have come to be so are forgotten. */
  over (issues: IssueToHold[]): IssueToHold[] {
    return issues.map(issue => {
      const ofNewsletter = this.#revisions.get(issue.newsletter)
      const coming = ofNewsletter?.get(issue.id)
      if (!coming) return issue
      if (coming.revision > issue.revision) return { ...issue, ...coming, publishedAt: issue.publishedAt } // by which it has its place here
      ofNewsletter!.delete(issue.id)
      return issue
    })
  }
}
