import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { OPML_CHARACTERS, type OpmlTaken } from '../../../shared/api/opml.ts'
import { AppError } from '../../../shared/errors.ts'
import { fileAt } from '../../../shared/file-at.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

export function addOpml (program: Command, context: Context): void {
  const opml = addGroup(program, {
    usage: 'opml',
    summary: 'lists of subscriptions, as other feed readers have them',
    examples: [
      ['colporteur opml export newsletters.opml', 'writes them'],
      ['colporteur opml import newsletters.opml', 'subscribes to those in it']
    ]
  })
  addCommand(opml, {
    usage: 'export [file]',
    summary: 'write the subscriptions as OPML: their folders, their feeds on this machine, and their addresses',
    examples: [
      ['colporteur opml export newsletters.opml', 'for a feed reader on this machine, or for another Colporteur'],
      ['colporteur opml export', 'on stdout']
    ]
  }).action(async (file: string | undefined, options: CommonOptions) => await exportOpml(context, file, options))
  addCommand(opml, {
    usage: 'import <file>',
    summary: 'subscribe to every newsletter of Colporteur that a list names',
    examples: [['colporteur opml import newsletters.opml', 'tells what was taken over, and what is no newsletter of Colporteur']]
  }).action(async (file: string, options: CommonOptions) => await importOpml(context, file, options))
}

async function exportOpml (context: Context, file: string | undefined, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.getOpml())
  if (file !== undefined) {
    await writeFile(resolve(file), answer.opml, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') throw new AppError('CONFLICT', `${file} is there already. Name a file that does not exist yet.`, { cause })
      throw new AppError('BAD_SOURCE', `${file} can not be written (${cause.code ?? 'unknown'}).`, { cause })
    })
  }
  if (options.json) return context.print(JSON.stringify(answer))
  context.print(file ?? answer.opml.trimEnd())
  if (!options.quiet) context.say('The addresses of the feeds in it are read on this machine alone, while its node runs. Who has them can read what they name; keep them to yourself.')
}

async function importOpml (context: Context, file: string, options: CommonOptions): Promise<void> {
  const { size } = await fileAt(resolve(file))
  // No character takes more.
  if (size > OPML_CHARACTERS * 4) throw new AppError('BAD_SOURCE', `${file} is too large for a list. Nothing was taken over.`)
  const opml = await readFile(resolve(file), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('BAD_SOURCE', `${file} can not be read (${cause.code ?? 'unknown'}).`, { cause })
  })
  const taken = await withNode(context, options, false, ({ client }) => client.takeOpml({ body: { opml } }))
  if (options.json) return context.print(JSON.stringify(taken))
  for (const { title, newsletter } of taken.subscribed) context.print(`${safeText(title) || '(no title)'}  colporteur://${newsletter}`)
  if (!options.quiet) context.say(takenInWords(taken))
}

function takenInWords ({ subscribed, already, others }: OpmlTaken): string {
  const lines = [`Subscribed to ${subscribed.length === 1 ? '1 newsletter' : `${subscribed.length} newsletters`}; ${already} were here already. "colporteur subscriptions" tells how far they have come.`]
  if (others.length > 0) lines.push(`Left out, because ${others.length === 1 ? 'it is no newsletter' : 'they are no newsletters'} of Colporteur: ${others.slice(0, 20).map(({ title, url }) => safeText(title || url)).join(', ')}${others.length > 20 ? ' …' : ''}`)
  return lines.join('\n')
}
