import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import type { CommonOptions, Context } from '../context.ts'

interface DemoOptions extends CommonOptions { keep?: boolean }

export function addDemo (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'demo',
    summary: 'show on this machine alone what Colporteur is for: an author goes, readers carry',
    examples: [['colporteur demo', 'takes less than a minute, and leaves nothing behind']]
  })
    .option('--keep', 'keep the homes of its nodes, to look into')
    .action(async ({ keep = false, json = false, quiet = false }: DemoOptions) => {
      const { runDemo } = await import('../demo/demo.ts')
      const tell = json ? context.say : context.print
      const shown = await runDemo({ say: quiet ? () => {} : tell, keep })
      if (json) context.print(JSON.stringify(shown))
    })
}
