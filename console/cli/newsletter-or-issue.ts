import type { Client } from '../../shared/api/client.ts'
import { AppError, type FailureCode, isAppError } from '../../shared/errors.ts'

/**
 * What a person has named where either will do: the address of a newsletter, or the ref of an issue.
 *
 * @throws AppError NOT_FOUND, AMBIGUOUS
 */
export async function newsletterOrIssue (client: Client, name: string): Promise<{ newsletter: string, issue: null } | { newsletter: null, issue: string }> {
  const newsletter = await unless('NEWSLETTER_NOT_FOUND', client.getNewsletter({ params: { newsletter: name } }))
  if (newsletter) return { newsletter: newsletter.address, issue: null }
  const found = await unless('ISSUE_NOT_FOUND', client.getIssue({ params: { issue: name } }))
  if (found) return { newsletter: null, issue: found.issue.ref }
  throw new AppError('NOT_FOUND', `There is neither a newsletter nor an issue ${JSON.stringify(name.slice(0, 100))} on this node. "colporteur newsletter list" and "colporteur inbox" tell what there is.`)
}

async function unless<T> (code: FailureCode, found: Promise<T>): Promise<T | null> {
  return await found.catch((error: unknown) => {
    if (isAppError(error) && error.code === code) return null
    throw error
  })
}
