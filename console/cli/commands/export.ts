import { resolve } from 'node:path'
import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'

export function addExport (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'export <issue> <folder>',
    summary: 'write an issue with its signatures into a new folder, to keep or to check with other tools',
    examples: [['colporteur export 01k… ./issue-12', 'then: colporteur verify ./issue-12']]
  }).action(async (issue: string, folder: string, options: CommonOptions) => await exportIssue(context, issue, folder, options))
}

async function exportIssue (context: Context, issue: string, folder: string, options: CommonOptions): Promise<void> {
  const exported = await withNode(context, options, false, ({ client }) => client.exportIssue({ params: { issue }, body: { path: resolve(folder) } }))
  if (options.json) return context.print(JSON.stringify(exported))
  context.print(exported.path)
  if (!options.quiet) context.say(`${exported.files.length} files, ${bytesInWords(exported.sizeBytes)}. HOW-TO-VERIFY.txt in it tells how to check them.`)
}
