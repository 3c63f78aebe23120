import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import type { Correction, Erased, Revised } from '../../../shared/api/revisions.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { askYes, type RootOptions } from '../change-root.ts'
import { type Connection, withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { unlockHere } from '../unlock-here.ts'

const CHANGES = ['typo', 'correction', 'update'] as const

interface CorrectOptions extends CommonOptions { change: string, note?: string, dryRun?: boolean }
interface WithdrawOptions extends RootOptions { note: string }

/** Changing what was published: correct, retract, erase. */
export function addRevise (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'correct <issue> <source>',
    summary: 'publish a corrected issue; readers see what was changed, and why',
    examples: [
      ['colporteur read 01k… --format markdown > issue.md', 'the text as it is'],
      ['colporteur correct 01k… issue.md --change typo', 'pictures of the issue stay, without being beside the text'],
      ['colporteur correct 01k… issue.md --change correction --note "The date was wrong."', '']
    ]
  })
    .requiredOption('--change <kind>', 'typo, correction or update')
    .option('--note <text>', 'why, for readers')
    .option('--dry-run', 'show what would be published, and publish nothing')
    .action(async (issue: string, source: string, options: CorrectOptions) => await correct(context, issue, source, options))
  addCommand(program, {
    usage: 'retract <issue>',
    summary: 'withdraw an issue with a reason; what it said stays among its revisions',
    examples: [['colporteur retract 01k… --note "The source has taken it back."', 'asks first']]
  })
    .requiredOption('--note <text>', 'why, for readers')
    .option('--yes', 'ask nothing')
    .action(async (issue: string, options: WithdrawOptions) => await retract(context, issue, options))
  addCommand(program, {
    usage: 'erase <issue>',
    summary: 'withdraw an issue with a reason, and free its bytes here and at every reader that follows',
    examples: [['colporteur erase 01k… --note "It named somebody who did not want to be named."', 'asks first']]
  })
    .requiredOption('--note <text>', 'why, for readers')
    .option('--yes', 'ask nothing')
    .action(async (issue: string, options: WithdrawOptions) => await erase(context, issue, options))
}

async function correct (context: Context, issue: string, source: string, given: CorrectOptions): Promise<void> {
  const { change: kind, note, dryRun = false, ...options } = given
  const change = CHANGES.find(known => known === kind)
  if (!change) throw new AppError('BAD_REQUEST', `${kind} is none of ${CHANGES.join(', ')}.`)
  const correction: Correction = { change, ...(note && { note }), dryRun }
  const from = source === '-' ? { markdown: await text(context.stdin) } : { path: resolve(source) }
  const body = { source: from, ...correction }
  const order = ({ client }: Connection): Promise<Revised> => client.correctIssue({ params: { issue }, body })
  tell(context, options, await (dryRun ? withNode(context, options, false, order) : withUnlocked(context, options, issue, order)))
}

async function retract (context: Context, issue: string, { note, ...options }: WithdrawOptions): Promise<void> {
  const question = 'Readers will see this reason instead of the issue; the text stays among its revisions. Type yes: '
  tell(context, options, await withUnlocked(context, options, issue, ({ client }) => client.retractIssue({ params: { issue }, body: { note } }), question))
}

async function erase (context: Context, issue: string, { note, ...options }: WithdrawOptions): Promise<void> {
  const question = 'The text and the files are erased here and at every reader that follows. This can not be undone. Type yes: '
  const erased = await withUnlocked(context, options, issue, ({ client }) => client.eraseIssue({ params: { issue }, body: { note } }), question)
  tell(context, options, erased)
  if (!options.json && !options.quiet) context.say(`${bytesInWords(erased.freedBytes)} of this disk are free again. Copies that somebody made by hand can not be called back.`)
}

/** @param question to be agreed to, once it is known that there is such an issue */
async function withUnlocked<T> (
  context: Context, options: RootOptions, issue: string, order: (connection: Connection) => Promise<T>, question: string | null = null
): Promise<T> {
  return await withNode(context, options, false, async connection => {
    const { issue: { newsletter } } = await connection.client.getIssue({ params: { issue } })
    if (question !== null) await askYes(context, options, question)
    if (!connection.isRunning) await unlockHere(context, connection, newsletter)
    return await order(connection)
  })
}

function tell (context: Context, { json, quiet }: CommonOptions, revised: Revised | Erased): void {
  if (json) return context.print(JSON.stringify(revised))
  const { outcome, ref, title, revision, change, notes } = revised
  if (!quiet) for (const note of notes) context.say(`note: ${safeText(note)}`)
  if (outcome === 'dryRun') return context.print(`Would publish revision ${revision} of "${safeText(title)}" (${change}). Nothing was written.`)
  context.print(ref)
  if (quiet) return
  if (outcome === 'already') context.say(`"${safeText(title)}" says this already, as revision ${revision}; nothing was written.`)
  else context.say(`Published revision ${revision} of "${safeText(title)}" (${change}).`)
}
