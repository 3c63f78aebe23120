import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'

export function addAnnounce (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'announce <newsletter> <on|off>',
    summary: 'let whoever looks for a newsletter find this node, or nobody',
    examples: [
      ['colporteur announce "The Long Road" off', 'takes the record out of the DHT; this node still looks for others, and fetches from them'],
      ['colporteur announce "The Long Road" on', '']
    ]
  }).action(async (newsletter: string, onOrOff: string, options: CommonOptions) => await announce(context, newsletter, onOrOff, options))
}

async function announce (context: Context, newsletter: string, onOrOff: string, options: CommonOptions): Promise<void> {
  if (onOrOff !== 'on' && onOrOff !== 'off') throw new AppError('BAD_REQUEST', `Announcing is on or off, not ${onOrOff}.`)
  const answer = await withNode(context, options, false, ({ client }) => client.announceNewsletter({ params: { newsletter }, body: { announce: onOrOff === 'on' } }))
  if (options.json) return context.print(JSON.stringify(answer))
  if (options.quiet) return
  if (answer.announce) return context.say('Whoever looks for the newsletter finds this node.')
  context.say(answer.role === 'own'
    ? 'Nobody finds the newsletter through this node any more. It looks for readers who are announced, every few minutes, and gives them what there is; until the first of them has it, others wait.'
    : 'Nobody finds this node by the newsletter any more. It looks for others who are announced, and goes on fetching from them.')
}
