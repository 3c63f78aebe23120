import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

export function addFeeds (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'feeds [newsletter]',
    summary: 'addresses by which a feed reader on this machine reads a newsletter, or the inbox',
    examples: [
      ['colporteur feeds', 'of the inbox and of every newsletter'],
      ['colporteur feeds "The Long Road"', 'its page, Atom, RSS and JSON Feed']
    ]
  }).action(async (newsletter: string | undefined, options: CommonOptions) => await feeds(context, newsletter, options))
}

async function feeds (context: Context, name: string | undefined, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, async ({ client, isRunning }) => {
    if (!isRunning) throw new AppError('NODE_UNREACHABLE', 'No node is running, and feeds are read from a running one. "colporteur start" starts it.')
    const { feeds } = await client.listFeeds()
    if (name === undefined) return feeds
    const { address } = await client.getNewsletter({ params: { newsletter: name } })
    return feeds.filter(({ newsletter }) => newsletter === address)
  })
  if (options.json) return context.print(JSON.stringify({ feeds: answer }))
  context.print(answer.map(({ title, page, atom, rss, json }) => `${safeText(title)}\n  page  ${page}\n  Atom  ${atom}\n  RSS   ${rss}\n  JSON  ${json}`).join('\n'))
  if (!options.quiet) context.say('Who has one of these addresses can read what it names; keep them to yourself.')
}
