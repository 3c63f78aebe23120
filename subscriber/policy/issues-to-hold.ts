import type { IssueMoment, IssueToHold } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'

/** So many take a few milliseconds of either thread; and of those with large manifests, which are read of each, as many as have so many bytes. */
const AT_ONCE = 200
const BYTES_AT_ONCE = 512 * 1024

/** Pages of a newsletter's issues, the newest first. @param olderThan null: from the newest on */
export async function * issuesToHold (newsletter: string, library: Library, olderThan: IssueMoment | null = null): AsyncGenerator<IssueToHold[]> {
  for (let last = olderThan; ;) {
    const issues = await library.toHold(newsletter, last, AT_ONCE, BYTES_AT_ONCE)
    if (issues.length === 0) return
    yield issues
    last = issues.at(-1)!
  }
}
