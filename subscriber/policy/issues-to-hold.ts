import type { IssueMoment, IssueToHold } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'

/** So many take a few milliseconds of either thread, and a few hundred kilobytes. */
const AT_ONCE = 200

/** Pages of a newsletter's issues, the newest first. @param olderThan null: from the newest on */
export async function * issuesToHold (newsletter: string, library: Library, olderThan: IssueMoment | null = null): AsyncGenerator<IssueToHold[]> {
  for (let last = olderThan; ;) {
    const issues = await library.toHold(newsletter, last, AT_ONCE)
    if (issues.length > 0) yield issues
    if (issues.length < AT_ONCE) return
    last = issues.at(-1)!
  }
}
