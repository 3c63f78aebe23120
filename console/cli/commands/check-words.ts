import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'

export function addCheckWords (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'check-words <address>',
    summary: 'six words that stand for an address, to be compared with those that its author tells, before you subscribe',
    examples: [
      ['colporteur check-words colporteur://…', 'of any address'],
      ['colporteur newsletter show "The Long Road"', 'tells them, too, of a newsletter that is here']
    ]
  }).action(async (address: string, options: CommonOptions) => await checkWords(context, address, options))
}

async function checkWords (context: Context, address: string, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.getCheckWords({ params: { address } }))
  context.print(options.json ? JSON.stringify(answer) : answer.checkWords)
}
