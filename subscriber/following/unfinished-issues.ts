import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/**
 * What was not complete of a writer's issues when the node was ended, the newest first. With those that an earlier version
 * called not verified because a block was missing when they were checked: they wait again from now on.
 */
export async function * unfinishedIssues (newsletter: string, writer: string, library: Library): AsyncGenerator<LibraryIssue> {
  for (const { id } of await library.incomplete(newsletter)) {
    const issue = await library.issue(newsletter, id)
    if (issue?.writer !== writer) continue
    if (issue.state !== 'notVerified') yield issue
    else {
      const again: Pick<LibraryIssue, 'state' | 'problem'> = { state: 'waiting', problem: null }
      await library.updateIssue(issue, again)
      yield { ...issue, ...again }
    }
  }
}
