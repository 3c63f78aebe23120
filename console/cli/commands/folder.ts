import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'

export function addFolder (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'folder <newsletter> [name]',
    summary: 'put a subscription into a folder, or without a name out of it',
    examples: [
      ['colporteur folder "The Long Road" History', 'one folder is made by its name'],
      ['colporteur folder "The Long Road"', 'out of its folder']
    ]
  }).action(async (newsletter: string, name: string | undefined, options: CommonOptions) => await folder(context, newsletter, name ?? '', options))
}

async function folder (context: Context, newsletter: string, name: string, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.changeSubscription({ params: { newsletter }, body: { folder: name } }))
  if (options.json) context.print(JSON.stringify(answer))
  else if (!options.quiet) context.say(answer.folder === '' ? 'It is in no folder.' : `It is in the folder "${answer.folder}".`)
}
