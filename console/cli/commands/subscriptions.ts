import type { Command } from 'commander'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { progressInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'

export function addSubscriptions (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'subscriptions',
    summary: 'what this node follows, and how far each has come',
    examples: [['colporteur subscriptions', '']]
  }).action(async (options: CommonOptions) => await subscriptions(context, options))
  addCommand(program, {
    usage: 'unsubscribe <newsletter>',
    summary: 'end a subscription; its issues leave this machine',
    examples: [['colporteur unsubscribe "The Long Road"', 'by its title, or by its address']]
  }).action(async (newsletter: string, options: CommonOptions) => await unsubscribe(context, newsletter, options))
}

async function subscriptions (context: Context, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, async ({ client, isRunning }) => {
    if (!isRunning && !options.quiet && !options.json) context.say('No node is running: nothing is being fetched. "colporteur start" starts one.')
    return await client.listSubscriptions()
  })
  if (options.json) return context.print(JSON.stringify(answer))
  if (answer.subscriptions.length === 0) return context.say('There are no subscriptions yet. "colporteur subscribe colporteur://…" follows a newsletter.')
  context.print(inColumns(answer.subscriptions.map(({ title, link, progress }) => [safeText(title) || '(title not known yet)', safeText(progressInWords(progress)), link]), null))
}

async function unsubscribe (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.unsubscribe({ params: { newsletter } }))
  if (options.json) context.print(JSON.stringify(answer))
  else if (!options.quiet) context.say('Unsubscribed. Its issues are no longer on this machine.')
}
