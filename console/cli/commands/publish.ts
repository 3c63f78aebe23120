import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { Command } from 'commander'
import type { Published } from '../../../shared/api/issues.ts'
import { AppError } from '../../../shared/errors.ts'
import { BODY_BYTES } from '../../../shared/format/limits.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { unlockHere } from '../unlock-here.ts'

interface PublishOptions extends CommonOptions { dryRun?: boolean }

export function addPublish (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'publish <newsletter> <source>',
    summary: 'publish an issue: a Markdown file, a folder with a text and its pictures, or - for stdin',
    examples: [
      ['colporteur publish "The Long Road" issue.md --dry-run', 'shows what would be published'],
      ['colporteur publish "The Long Road" issue.md', 'pictures beside the text go with it'],
      ['colporteur publish "The Long Road" ./issue-12', 'a folder: its index.md or issue.md, or its only Markdown file'],
      ['colporteur publish "The Long Road" -', 'reads Markdown from stdin']
    ]
  })
    .option('--dry-run', 'show what would be published, and publish nothing')
    .action(async (newsletter: string, source: string, options: PublishOptions) => await publish(context, newsletter, source, options))
}

async function publish (context: Context, newsletter: string, source: string, { dryRun = false, ...options }: PublishOptions): Promise<void> {
  const from = source === '-' ? { markdown: await textFrom(context.stdin) } : { path: resolve(source) }
  const published = await withNode(context, options, false, async connection => {
    const { client, isRunning } = connection
    if (!dryRun) await unlockHere(context, connection, newsletter)
    const published = await client.publishIssue({ params: { newsletter }, body: { source: from, dryRun } })
    if (!isRunning && !dryRun && !options.quiet) context.say('No node is running, so nobody can fetch it yet: "colporteur start" lets readers in.')
    return published
  })
  if (options.json) return context.print(JSON.stringify(published))
  if (!options.quiet) for (const note of published.notes) context.say(`note: ${safeText(note)}`)
  // The id of what is not published yet is worth nothing.
  if (dryRun) return context.print(inWords(published))
  context.print(published.ref)
  if (!options.quiet) context.say(inWords(published))
}

/** @throws AppError BAD_SOURCE, TOO_LARGE before more is read than could be published */
async function textFrom (stdin: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > BODY_BYTES) throw new AppError('TOO_LARGE', 'The text on stdin is larger than 4 MiB, the most that the format allows.')
    chunks.push(chunk)
  }
  if (sizeBytes === 0) throw new AppError('BAD_SOURCE', 'There is no text to publish: nothing came on stdin.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw new AppError('BAD_SOURCE', 'What came on stdin is not UTF-8 text.', { cause })
  }
}

function inWords ({ outcome, number, title, publishedAt, sizeBytes, files }: Published): string {
  const what = `issue ${number}, "${safeText(title)}" (${publishedAt.slice(0, 10)}; ${bytesInWords(sizeBytes)}, ${files.length === 1 ? '1 file' : `${files.length} files`})`
  if (outcome === 'already') return `Already published as ${what}; nothing was written.`
  return outcome === 'dryRun' ? `Would publish ${what}. Nothing was written.` : `Published ${what}.`
}
