import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { issueRow } from '../state-words.ts'

const MOST = 500

interface InboxOptions extends CommonOptions { unread?: boolean, saved?: boolean, limit: string }

export function addInbox (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'inbox',
    summary: 'the issues of all subscriptions, newest first',
    examples: [
      ['colporteur inbox', '* stands before what is unread'],
      ['colporteur inbox --unread --limit 5', 'the five newest unread ones']
    ]
  })
    .option('--unread', 'only what was not read yet')
    .option('--saved', 'only what was saved')
    .option('--limit <number>', `at most so many, up to ${MOST}`, '50')
    .action(async (options: InboxOptions) => await inbox(context, options))
}

async function inbox (context: Context, { unread = false, saved = false, limit, ...options }: InboxOptions): Promise<void> {
  if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST) throw new AppError('BAD_REQUEST', `--limit wants a number from 1 to ${MOST}.`)
  const page = await withNode(context, options, false, ({ client }) => client.getInbox({ query: { unread, saved, limit: Number(limit) } }))
  if (options.json) return context.print(JSON.stringify(page))
  if (page.total === 0) return context.say(saved ? 'Nothing is saved.' : unread ? 'Everything is read.' : 'The inbox is empty. "colporteur subscribe colporteur://…" follows a newsletter.')
  context.print(inColumns(page.issues.map(issueRow), context.columns))
  if (!options.quiet && page.total > page.issues.length) context.say(`${page.issues.length} of ${page.total}; --limit shows more.`)
}
