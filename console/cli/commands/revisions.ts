import type { Command } from 'commander'
import type { Difference, Revision } from '../../../shared/api/revisions.ts'
import { AppError } from '../../../shared/errors.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeLines, safeText } from '../safe-text.ts'

interface RevisionOptions extends CommonOptions { show?: string, compare?: string }

export function addRevisions (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'revisions <issue>',
    summary: 'what was changed in an issue after it was published, by whom, when and why',
    examples: [
      ['colporteur revisions 01k…', 'all revisions'],
      ['colporteur revisions 01k… --show 1', 'the text of one'],
      ['colporteur revisions 01k… --compare 1..2', 'what the second says otherwise']
    ]
  })
    .option('--show <revision>', 'print the text of a revision')
    .option('--compare <from..to>', 'print the difference of two')
    .action(async (issue: string, options: RevisionOptions) => await revisions(context, issue, options))
}

async function revisions (context: Context, issue: string, { show, compare, ...options }: RevisionOptions): Promise<void> {
  await withNode(context, options, false, async ({ client }) => {
    if (show !== undefined) {
      const shown = await client.getRevision({ params: { issue, revision: numberOf(show) } })
      return context.print(options.json ? JSON.stringify(shown) : safeLines(shown.markdown.trimEnd()))
    }
    if (compare !== undefined) {
      const [, from = '', to = ''] = /^(\d+)\.\.(\d+)$/.exec(compare) ?? []
      const difference = await client.compareRevisions({ params: { issue }, query: { from: numberOf(from), to: numberOf(to) } })
      return context.print(options.json ? JSON.stringify(difference) : differenceInWords(difference))
    }
    const list = await client.listRevisions({ params: { issue } })
    context.print(options.json ? JSON.stringify(list) : inColumns(list.revisions.map(row), null))
  })
}

function row ({ revision, change, at, writerName, verified, problem, readable, note }: Revision): string[] {
  const state = verified ? readable ? 'verified' : 'verified, text erased' : `NOT VERIFIED: ${safeText(problem ?? '')}`
  return [String(revision), at.slice(0, 16).replace('T', ' '), change, safeText(writerName), state, safeText(note)]
}

function differenceInWords ({ fields, lines, tooLong }: Difference): string {
  const mark = { same: ' ', removed: '-', added: '+' }
  return [
    ...fields.flatMap(({ name, from, to }) => [`- ${name}: ${safeText(from)}`, `+ ${name}: ${safeText(to)}`]),
    ...lines.map(({ kind, text }) => `${mark[kind]} ${safeLines(text)}`),
    ...(tooLong ? ['The texts differ. They have too many lines to show where: print both with --show.'] : [])
  ].join('\n')
}

function numberOf (text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new AppError('BAD_REQUEST', 'Revisions are numbers from 1 on; two of them are written like 1..2.')
  return number
}
