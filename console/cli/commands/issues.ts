import type { Command } from 'commander'
import type { Issue, IssuePage } from '../../../shared/api/issues.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { issueRow } from '../state-words.ts'

/** The most that one page of the node gives. */
const PAGE = 500

export function addIssues (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'issues <newsletter>',
    summary: 'the issues of a newsletter, newest first',
    examples: [['colporteur issues "The Long Road"', 'by its title, or by its address']]
  }).action(async (newsletter: string, options: CommonOptions) => await issues(context, newsletter, options))
}

async function issues (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  const page = await withNode(context, options, false, async ({ client }) => {
    const all: Issue[] = []
    let page: IssuePage | null = null
    do {
      const query: { limit: number, cursor?: string } = { limit: PAGE, ...(page?.next && { cursor: page.next }) }
      page = await client.listIssues({ params: { newsletter }, query })
      all.push(...page.issues)
    } while (page.next)
    return { ...page, issues: all }
  })
  if (options.json) return context.print(JSON.stringify(page))
  if (page.issues.length === 0) return context.say('This newsletter has no issues yet.')
  context.print(inColumns(page.issues.map(issue => issueRow(issue).filter((_, i) => i !== 5)), context.columns))
}
