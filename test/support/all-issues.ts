import type { Client } from '../../shared/api/client.ts'
import type { IssuePage } from '../../shared/api/issues.ts'

/** All issues of a newsletter, however many there are. */
export async function allIssues (client: Client, newsletter: string): Promise<IssuePage['issues']> {
  const issues = []
  let cursor: string | null = null
  do {
    const page: IssuePage = await client.listIssues({ params: { newsletter }, query: { limit: 500, ...(cursor && { cursor }) } })
    issues.push(...page.issues)
    cursor = page.next
  } while (cursor)
  return issues
}
