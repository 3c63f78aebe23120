import type { Command } from 'commander'

export interface Declaration {
  /** Name and arguments, as commander writes them. */
  usage: string
  summary: string
  /** Command lines, each with what it does. */
  examples: [line: string, meaning: string][]
}

/** Adds what holds several commands. */
export function addGroup (parent: Command, { usage, summary, examples }: Declaration): Command {
  return parent.command(usage).summary(summary).description(summary).addHelpText('before', examplesInWords(examples))
}

/** Adds a command with what all have: examples before anything else in its help, and the common options. */
export function addCommand (parent: Command, { usage, summary, examples }: Declaration): Command {
  return parent.command(usage)
    .summary(summary)
    .description(summary)
    .addHelpText('before', examplesInWords(examples))
    .option('--home <folder>', 'home folder of the node')
    .option('--json', 'print JSON, of the types of the HTTP interface')
    .option('--quiet', 'print data only, no talk')
}

function examplesInWords (examples: Declaration['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  return `Examples:\n${examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`.trimEnd()).join('\n')}\n`
}
