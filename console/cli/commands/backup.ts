import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { BackupMade, BackupOpened } from '../../../shared/api/backups.ts'
import { askNewPassphrase, askPassphrase } from '../ask.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { nameInCommand } from '../name-in-command.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { unlockHere } from '../unlock-here.ts'

interface MakeOptions extends CommonOptions { withWriter?: boolean }

export function addBackup (program: Command, context: Context): void {
  const group = addGroup(program, {
    usage: 'backup',
    summary: 'what is not on the network, in one sealed file',
    examples: [
      ['colporteur backup make /media/stick/colporteur.backup', 'asks for a new passphrase'],
      ['colporteur backup open /media/stick/colporteur.backup', 'on any machine: takes over what is not there']
    ]
  })
  addCommand(group, {
    usage: 'make <file>',
    summary: 'write drafts, settings, read marks, subscriptions and roots into one file, sealed with a passphrase',
    examples: [
      ['colporteur backup make /media/stick/colporteur.backup', 'asks for a new passphrase; an older backup there is replaced'],
      ['colporteur backup make all.backup < passphrase.txt', 'takes it from stdin'],
      ['colporteur backup make all.backup --with-writer', 'with the keys of writers, and words that were not confirmed']
    ]
  })
    .option('--with-writer', 'with the keys by which this device writes, and recovery words that were not confirmed: who opens it can publish')
    .action(async (file: string, options: MakeOptions) => await make(context, file, options))
  addCommand(group, {
    usage: 'open <file>',
    summary: 'check a backup, and take over what is not here; asks for its passphrase',
    examples: [['colporteur backup open /media/stick/colporteur.backup', 'then "colporteur restore" lets this machine write']]
  }).action(async (file: string, options: CommonOptions) => await open(context, file, options))
}

async function make (context: Context, file: string, { withWriter = false, ...options }: MakeOptions): Promise<void> {
  const passphrase = await askNewPassphrase(context)
  const made = await withNode(context, options, false, async connection => {
    if (withWriter) await unlockHere(context, connection, null)
    return await connection.client.makeBackup({ body: { path: resolve(file), passphrase, withWriter } })
  })
  if (options.json) return context.print(JSON.stringify(made))
  context.print(made.path)
  if (!options.quiet) for (const line of madeInWords(made)) context.say(line)
}

async function open (context: Context, file: string, options: CommonOptions): Promise<void> {
  const passphrase = await askPassphrase(context)
  const { opened, own } = await withNode(context, options, false, async ({ client }) => {
    const opened = await client.openBackup({ body: { path: resolve(file), passphrase } })
    const { newsletters } = await client.listNewsletters()
    return { opened, own: newsletters.filter(({ role }) => role === 'own').map(({ address }) => address) }
  })
  if (options.json) return context.print(JSON.stringify(opened))
  for (const line of openedInWords(opened)) context.print(line)
  if (!options.quiet) for (const line of nextSteps(opened, own)) context.say(line)
}

function madeInWords ({ sizeBytes, counts: { newsletters, drafts, marks }, writers, wordsLeftOut }: BackupMade): string[] {
  return [
    `${bytesInWords(sizeBytes)}: ${count(newsletters, 'newsletter')}, ${count(drafts, 'draft')}, ${count(marks, 'read mark')}. Without the passphrase nobody can read it: keep it apart.`,
    ...writers.map(title => `It holds the keys by which this device writes in "${safeText(title)}": whoever has the file and the passphrase can publish.`),
    ...wordsLeftOut.map(title => `The recovery words of "${safeText(title)}" were never confirmed, lie on this machine alone, and are not in it. Confirm them, or say --with-writer.`)
  ]
}

function openedInWords ({ at, device, taken: { newsletters, drafts, marks }, draftsThere, settings, settingsTaken, keptThere }: BackupOpened): string[] {
  return [
    `A backup of ${safeText(device)}, of ${at.slice(0, 16).replace('T', ' ')}: took over ${count(newsletters, 'newsletter')}, ${count(drafts, 'draft')}, ${count(marks, 'read mark')}${settings ? ', and the settings' : ''}.`,
    ...(settingsTaken.length === 0 ? [] : [`The settings are ${settingsTaken.map(({ name, value }) => `${name}: ${safeText(value)}`).join('; ')}. They stand in config.json: take out what is not meant for this machine.`]),
    ...(draftsThere === 0 ? [] : [`${count(draftsThere, 'draft')} ${draftsThere === 1 ? 'is' : 'are'} here already, or published.`]),
    ...keptThere.map(title => `"${safeText(title)}" was kept there for others. That was the other machine's promise: "colporteur keep" makes one of your own.`)
  ]
}

/** @param own what this machine writes itself */
function nextSteps ({ written }: BackupOpened, own: string[]): string[] {
  return written.flatMap(({ newsletter, title, link, words, writer }) => {
    const name = `"${safeText(title) || link}"`
    const named = nameInCommand({ title, link })
    return [
      own.includes(newsletter)
        ? `${name} is written on this machine, too: it goes on with its own keys.`
        : `${name} was written there. This machine only reads it: "colporteur restore" makes it a new writer, when the old machine is gone.`,
      ...(words ? [`Its recovery words are on this machine again: "colporteur keys show ${named}" shows them. Write them on paper.`] : []),
      ...(writer ? [`The keys of its old writer are held, and used for nothing: "colporteur writers resume ${named}" goes on as that writer, for the day when the words are lost and the old machine is sure to be gone.`] : [])
    ]
  })
}

function count (number: number, name: string): string {
  return number === 1 ? `1 ${name}` : `${number} ${name}s`
}
