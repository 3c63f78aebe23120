import { Option, type Command } from 'commander'
import type { Revision } from '../../../shared/api/revisions.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeLines, safeText } from '../safe-text.ts'

interface ReadOptions extends CommonOptions { format: 'text' | 'markdown' | 'html' }

export function addRead (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'read <issue>',
    summary: 'print an issue, and mark it read',
    examples: [
      ['colporteur read 01k…', 'by its id, as inbox and issues show it'],
      ['colporteur read 01k… --format markdown', 'as its author wrote it']
    ]
  })
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'markdown', 'html']).default('text'))
    .action(async (issue: string, options: ReadOptions) => await read(context, issue, options))
}

async function read (context: Context, issue: string, { format, ...options }: ReadOptions): Promise<void> {
  await withNode(context, options, false, async ({ client }) => {
    const answer = await client.getIssueContent({ params: { issue }, query: { format } })
    const marked = await client.markIssue({ params: { issue }, body: { read: true } })
    const { title, subtitle, petName, newsletterTitle, number, publishedAt, change, withdrawnByWriter } = marked
    if (options.json) return context.print(JSON.stringify(answer))
    if (format === 'text') {
      if (change !== 'original' && !options.quiet) context.say(changeInWords((await client.listRevisions({ params: { issue } })).revisions[0]!, issue))
      if (withdrawnByWriter && !options.quiet) context.say('This issue was withdrawn by the writer. What came before stays here.\n')
      context.print(`${safeText(petName || newsletterTitle)}, issue ${number}, ${publishedAt.slice(0, 10)}\n\n${safeText(title).toUpperCase()}${subtitle ? `\n${safeText(subtitle)}` : ''}\n`)
    }
    context.print(safeLines(answer.content.trimEnd()))
  })
}

function changeInWords ({ revision, change, at, note }: Revision, issue: string): string {
  return `This is revision ${revision} (${change}, ${at.slice(0, 10)})${note && `: ${safeText(note)}`}\n"colporteur revisions ${issue}" tells what was changed.\n`
}
