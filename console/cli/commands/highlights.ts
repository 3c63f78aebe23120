import type { Command } from 'commander'
import { highlightsAsMarkdown } from '../../../shared/api/highlights-text.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { newsletterOrIssue } from '../newsletter-or-issue.ts'
import { safeLines } from '../safe-text.ts'

export function addHighlights (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'highlights [what]',
    summary: 'what you have highlighted, with your notes, as Markdown: everywhere, in a newsletter, or in an issue',
    examples: [
      ['colporteur highlights > highlights.md', 'everything'],
      ['colporteur highlights "The Long Road"', 'of one newsletter'],
      ['colporteur highlights 01k… --json', 'of one issue, for programs']
    ]
  }).action(async (what: string | undefined, options: CommonOptions) => await highlights(context, what, options))
}

async function highlights (context: Context, what: string | undefined, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, async ({ client }) => {
    if (what === undefined) return await client.listHighlights({})
    const { newsletter, issue } = await newsletterOrIssue(client, what)
    return await client.listHighlights({ query: newsletter === null ? { issue } : { newsletter } })
  })
  if (options.json) return context.print(JSON.stringify(answer))
  if (answer.highlights.length === 0) return context.say('Nothing is highlighted. In the console, select words of an issue, and press h.')
  context.print(safeLines(highlightsAsMarkdown(answer.highlights)).trimEnd())
}
