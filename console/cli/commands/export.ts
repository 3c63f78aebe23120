import { extname, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import type { ExportFormat } from '../../../shared/api/exports.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { newsletterOrIssue } from '../newsletter-or-issue.ts'
import { bytesInWords } from '../progress-text.ts'

interface ExportOptions extends CommonOptions { as?: string }

const FORMATS = ['signed', 'html', 'epub', 'markdown'] as const
type Format = 'signed' | ExportFormat
const BY_ENDING: Record<string, ExportFormat> = { '.html': 'html', '.htm': 'html', '.epub': 'epub' }

export function addExport (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'export <what> <path>',
    summary: 'write an issue or a newsletter so that other programs read it, or an issue with its signatures',
    examples: [
      ['colporteur export 01k… ./issue-12', 'an issue with its signatures, in a new folder; then: colporteur verify ./issue-12'],
      ['colporteur export 01k… issue-12.html', 'as one page with its pictures, for any browser'],
      ['colporteur export "The Long Road" road.epub', 'every issue that is here, as a book'],
      ['colporteur export "The Long Road" ./road --as markdown', 'texts and files in folders, as "colporteur import" reads them']
    ]
  })
    .option('--as <format>', 'signed (an issue alone), html, epub or markdown; without: as the name ends, else signed')
    .action(async (what: string, path: string, options: ExportOptions) => await exportWhat(context, what, path, options))
}

async function exportWhat (context: Context, what: string, file: string, { as, ...options }: ExportOptions): Promise<void> {
  const format = formatOf(file, as)
  const path = resolve(file)
  const { answer, words } = await withNode(context, options, false, async ({ client }) => {
    const { newsletter, issue } = await newsletterOrIssue(client, what)
    if (newsletter === null) return await exportIssue(client, issue, path, format)
    if (format === 'signed') throw new AppError('BAD_REQUEST', 'A newsletter is exported as html, epub or markdown: say --as, or name the file so. With its signatures it goes into a bundle: "colporteur bundle".')
    const answer = await client.exportNewsletter({ params: { newsletter }, body: { path, format } })
    const { issues, leftOut, sizeBytes } = answer
    return { answer, words: `${issues === 1 ? '1 issue' : `${issues} issues`}, ${bytesInWords(sizeBytes)}.${leftOut > 0 ? ` ${leftOut} more are not complete on this node.` : ''}` }
  })
  if (options.json) return context.print(JSON.stringify(answer))
  context.print(answer.path)
  if (!options.quiet) context.say(words)
}

async function exportIssue (client: Client, issue: string, path: string, format: Format): Promise<{ answer: { path: string }, words: string }> {
  const answer = await client.exportIssue({ params: { issue }, body: { path, ...(format !== 'signed' && { format }) } })
  const { files, sizeBytes } = answer
  const words = `${files.length === 1 ? '1 file' : `${files.length} files`}, ${bytesInWords(sizeBytes)}.${format === 'signed' ? ' HOW-TO-VERIFY.txt in it tells how to check them.' : ''}`
  return { answer, words }
}

function formatOf (path: string, as: string | undefined): Format {
  if (as === undefined) return BY_ENDING[extname(path).toLowerCase()] ?? 'signed'
  const format = FORMATS.find(known => known === as)
  if (!format) throw new AppError('BAD_REQUEST', `${as} is no format. There are ${FORMATS.join(', ')}.`)
  return format
}
