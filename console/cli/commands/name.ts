import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'

export function addName (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'name <newsletter> [name]',
    summary: 'call a subscription by a name of your own, or without one by its title',
    examples: [
      ['colporteur name "The Long Road" "Ines\'s letter"', 'shown in place of its title, and told to nobody'],
      ['colporteur name "Ines\'s letter"', 'by its title again']
    ]
  }).action(async (newsletter: string, called: string | undefined, options: CommonOptions) => await name(context, newsletter, called ?? '', options))
}

async function name (context: Context, newsletter: string, petName: string, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.changeSubscription({ params: { newsletter }, body: { petName } }))
  if (options.json) context.print(JSON.stringify(answer))
  else if (!options.quiet) context.say(answer.petName === '' ? 'It is called by its title.' : `You call it "${answer.petName}".`)
}
