import type { Command } from 'commander'

export interface Declaration {
  /** Name and arguments, as commander writes them. */
  usage: string
  summary: string
  /** Command lines, each with what it does. */
  examples: [line: string, meaning: string][]
}

/** Adds a command with what all have: examples before anything else in its help, and the common options. */
export function addCommand (parent: Command, { usage, summary, examples }: Declaration): Command {
  const width = Math.max(...examples.map(([line]) => line.length))
  const shown = examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`.trimEnd()).join('\n')
  return parent.command(usage)
    .summary(summary)
    .description(summary)
    .addHelpText('before', `Examples:\n${shown}\n`)
    .option('--home <folder>', 'home folder of the node')
    .option('--json', 'print JSON, of the types of the HTTP interface')
    .option('--quiet', 'print data only, no talk')
}
