import { setInterval } from 'node:timers/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Imported } from '../../../shared/api/issues.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { type Connection, withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { unlockHere } from '../unlock-here.ts'

const LOOK_MS = 500

export function addImport (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'import <newsletter> <folder>',
    summary: 'publish a folder of issues in the order of their dates; again publishes nothing twice',
    examples: [['colporteur import "The Long Road" sample/the-long-road', 'Markdown files, or folders with one and its pictures']]
  }).action(async (newsletter: string, folder: string, options: CommonOptions) => await importFolder(context, newsletter, folder, options))
}

async function importFolder (context: Context, newsletter: string, folder: string, options: CommonOptions): Promise<void> {
  const imported = await withNode(context, options, false, async connection => {
    await unlockHere(context, connection, newsletter)
    const before = await totalOf(connection, newsletter)
    const importing = connection.client.importIssues({ params: { newsletter }, body: { path: resolve(folder) } })
    if (!options.quiet) await tellWhile(context, connection, newsletter, before, importing)
    return await importing
  })
  if (options.json) context.print(JSON.stringify(imported))
  else if (!options.quiet) context.say(inWords(imported))
  if (imported.failed.length > 0) throw new AppError('BAD_SOURCE', `${imported.failed.length} of them could not be published; the others were.`)
}

/** Tells how many issues the newsletter has whenever there are more, until the import ends. */
async function tellWhile (context: Context, connection: Connection, newsletter: string, before: number, importing: Promise<unknown>): Promise<void> {
  const end = new AbortController()
  const stop = (): void => end.abort()
  importing.then(stop, stop)
  let told = before
  try {
    for await (const _ of setInterval(LOOK_MS, undefined, { signal: end.signal })) {
      const now = await totalOf(connection, newsletter)
      if (now > told) context.tellProgress(`${now} issues in the newsletter`)
      told = now
    }
  } catch (error) {
    if (!end.signal.aborted) throw error
  }
}

async function totalOf ({ client }: Connection, newsletter: string): Promise<number> {
  return (await client.getNewsletter({ params: { newsletter } })).issues.total
}

function inWords ({ published, already, failed, notes, sizeBytes }: Imported): string {
  return [
    ...notes.map(note => `note: ${safeText(note)}`),
    ...failed.map(({ name, reason }) => `failed: ${safeText(name)}: ${safeText(reason)}`),
    `Published ${published} ${published === 1 ? 'issue' : 'issues'}, ${bytesInWords(sizeBytes)}${already > 0 ? `; ${already} were there already` : ''}${failed.length > 0 ? `; ${failed.length} failed` : ''}.`
  ].join('\n')
}
