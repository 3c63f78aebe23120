import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { endOfDay, localDay } from '../../../shared/api/local-day.ts'
import type { WriterDetails } from '../../../shared/api/writers.ts'
import { AppError } from '../../../shared/errors.ts'
import { askYes, changeRoot, type RootOptions } from '../change-root.ts'
import { inColumns } from '../columns.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { nameInCommand } from '../name-in-command.ts'
import { safeText } from '../safe-text.ts'
import { addHistories } from './histories.ts'

interface ResumeOptions extends RootOptions { timeout: string, wordsLost?: boolean }
interface InviteOptions extends CommonOptions { name: string, expires?: string }

export function addWriters (program: Command, context: Context): void {
  const group = addGroup(program, {
    usage: 'writers',
    summary: 'who may publish in a newsletter',
    examples: [
      ['colporteur writers list "The Long Road"', 'what each has published'],
      ['colporteur writers invite "The Long Road" --name "Tomas"', 'another author, or another device']
    ]
  })
  addCommand(group, {
    usage: 'list <newsletter>',
    summary: 'the writers, retired ones too',
    examples: [['colporteur writers list "The Long Road"', 'what each has published, and until when it may']]
  }).action(async (newsletter: string, options: CommonOptions) => await list(context, newsletter, options))
  signed(addCommand(group, {
    usage: 'retire <newsletter> <writer>',
    summary: 'refuse what a writer appends from now on, at every reader; asks for the words',
    examples: [
      ['colporteur writers retire "The Long Road" w1 --reason lost', 'everything that is known of it counts'],
      ['colporteur writers retire "The Long Road" w1 --reason stolen --last-issue 01k…', 'nothing after that issue counts']
    ]
  }))
    .requiredOption('--reason <text>', 'why; readers see it')
    .option('--last-issue <issue>', 'the last issue that is truly yours')
    .action(async (newsletter: string, writer: string, { reason, lastIssue, ...options }: RootOptions & { reason: string, lastIssue?: string }) =>
      await changeRoot(context, options, newsletter, { kind: 'retire', writer, reason, ...(lastIssue && { lastIssue }) }))
  addCommand(group, {
    usage: 'invite <newsletter>',
    summary: 'make an invitation for another device or author; prints it',
    examples: [['colporteur writers invite "The Long Road" --name "Tomas" --expires 2027-12-31', 'to be passed on to Tomas, who accepts it']]
  })
    .requiredOption('--name <name>', 'what the writer is called')
    .option('--expires <date>', 'the last day on which it may publish')
    .action(async (newsletter: string, options: InviteOptions) => await invite(context, newsletter, options))
  addCommand(group, {
    usage: 'accept <invitation>',
    summary: 'accept an invitation on this device; prints what to pass back',
    examples: [['colporteur writers accept colporteur-invitation:…', ''], ['colporteur writers accept -', 'reads it from stdin']]
  }).action(async (invitation: string, options: CommonOptions) => await accept(context, invitation, options))
  signed(addCommand(group, {
    usage: 'admit <newsletter> <acceptance>',
    summary: 'let somebody write who has accepted an invitation; asks for the words',
    examples: [['colporteur writers admit "The Long Road" colporteur-acceptance:…', '']]
  })).action(async (newsletter: string, acceptance: string, options: RootOptions) => await changeRoot(context, options, newsletter, { kind: 'admit', acceptance }))
  signed(addCommand(group, {
    usage: 'renew <newsletter>',
    summary: 'make this device a new writer with a new drive in its own place, as after an old copy was put back; asks for the words',
    examples: [['colporteur writers renew "The Long Road" --reason "restored from a backup"', 'the old writer is retired where it was known to end']]
  }))
    .option('--reason <text>', 'why; readers see it', 'replaced')
    .action(async (newsletter: string, { reason, ...options }: RootOptions & { reason: string }) => await renew(context, newsletter, reason, options))
  addHistories(group, context)
  signed(addCommand(group, {
    usage: 'change <newsletter> <writer>',
    summary: 'give a writer another name or expiry; asks for the words',
    examples: [
      ['colporteur writers change "The Long Road" w2 --expires 2029-01-01', ''],
      ['colporteur writers change "The Long Road" w2 --expires never', '']
    ]
  }))
    .option('--name <name>', 'what it is called from now on')
    .option('--expires <date>', 'the last day on which it may publish; never: without an end')
    .action(async (newsletter: string, writer: string, { name, expires, ...options }: RootOptions & { name?: string, expires?: string }) =>
      await changeRoot(context, options, newsletter, { kind: 'writer', writer, ...(name && { name }), ...(expires && { expires: expires === 'never' ? null : untilOf(expires) }) }))
  addCommand(group, {
    usage: 'resume <newsletter>',
    summary: 'the last resort when the old machine and the words are both lost: write on as a writer whose keys came in a backup',
    examples: [['colporteur writers resume "The Long Road" --words-lost', 'asks, and then whoever is online, how far it had come']]
  })
    .option('--words-lost', 'has to be said; with the words "colporteur restore" makes this device a new writer instead')
    .option('--yes', 'ask nothing')
    .option('--timeout <seconds>', 'give up when nobody could tell in that time', '60')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .action(async (newsletter: string, options: ResumeOptions) => await resume(context, newsletter, options))
  addCommand(group, {
    usage: 'leave <newsletter>',
    summary: 'stop writing on this device: its keys are erased, those from a backup as well; what it published stays',
    examples: [['colporteur writers leave "The Long Road"', 'asks first']]
  })
    .option('--yes', 'ask nothing')
    .action(async (newsletter: string, options: RootOptions) => await leave(context, newsletter, options))
}

/** What every command has that has to be signed. */
export function signed (command: Command): Command {
  return command.option('--yes', 'ask nothing but the words').option('--out <file>', 'where to put a proposal that others have to sign as well')
}

async function list (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.listWriters({ params: { newsletter } }))
  if (options.json) return context.print(JSON.stringify(answer))
  context.print(inColumns(answer.writers.map(row), null))
}

function row ({ writer: { id, name, expires, otherHistory }, isHere, seal, issues, newestAt }: WriterDetails): string[] {
  const state = seal ? `retired ${seal.at.slice(0, 10)} (${safeText(seal.reason)})` : expires ? `until ${localDay(expires)}` : ''
  const warning = otherHistory ? `${otherHistory.isWaiting ? 'WAITS: ' : ''}has signed another history` : ''
  return [id, safeText(name) + (isHere ? ' (this device)' : ''), issues === 1 ? '1 issue' : `${issues} issues`, newestAt ? `newest ${newestAt.slice(0, 10)}` : '', state, warning]
}

async function renew (context: Context, newsletter: string, reason: string, options: RootOptions): Promise<void> {
  const { writers } = await withNode(context, options, false, ({ client }) => client.listWriters({ params: { newsletter } }))
  const here = writers.filter(({ isHere, seal }) => isHere && !seal).map(({ writer: { id } }) => id)
  if (here.length === 0) throw new AppError('NOT_WRITER', 'This device is no writer of the newsletter. Who is, invites it: "colporteur writers invite".')
  await changeRoot(context, options, newsletter, { kind: 'takeOver', writers: here, reason })
}

/** A day alone means all of it, here where it was said. */
function untilOf (text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? endOfDay(text) : text
}

async function invite (context: Context, newsletter: string, { name, expires, ...options }: InviteOptions): Promise<void> {
  const body = { name, ...(expires && { expires: untilOf(expires) }) }
  const answer = await withNode(context, options, false, ({ client }) => client.inviteWriter({ params: { newsletter }, body }))
  if (options.json) return context.print(JSON.stringify(answer))
  context.print(answer.invitation)
  if (!options.quiet) context.say(`Pass it on to ${safeText(name)}: "colporteur writers accept INVITATION" there prints what to pass back, and "colporteur writers admit" here lets them in.`)
}

async function accept (context: Context, given: string, options: CommonOptions): Promise<void> {
  const invitation = given === '-' ? (await text(context.stdin)).trim() : given
  const accepted = await withNode(context, options, false, ({ client }) => client.acceptInvitation({ body: { invitation } }))
  if (options.json) return context.print(JSON.stringify(accepted))
  context.print(accepted.acceptance)
  if (!options.quiet) context.say('Pass it back to who invited you, and leave a node running: this device may publish as soon as the root that lets it in has come.')
}

async function resume (context: Context, newsletter: string, { timeout, wordsLost = false, ...options }: ResumeOptions): Promise<void> {
  if (!(Number(timeout) > 0)) throw new AppError('BAD_REQUEST', `${timeout} is not a number of seconds.`)
  await askYes(context, options, 'If the old machine, or another copy of it, ever publishes again, the newsletter breaks for its readers. Type yes: ')
  const body = { timeoutSeconds: Number(timeout), wordsLost }
  const { writer } = await withNode(context, options, true, ({ client }) => client.resumeWriter({ params: { newsletter }, body }))
  context.print(options.json ? JSON.stringify({ writer }) : `This device writes on as ${writer}.`)
}

async function leave (context: Context, newsletter: string, options: RootOptions): Promise<void> {
  await askYes(context, options, 'This device will not be able to publish any more. Type yes: ')
  const { name, writer, wrote } = await withNode(context, options, false, async ({ client }) => {
    const name = nameInCommand(await client.getNewsletter({ params: { newsletter } }))
    return { name, ...await client.leaveNewsletter({ params: { newsletter }, body: {} }) }
  })
  if (options.json) return context.print(JSON.stringify({ writer, wrote }))
  if (!wrote) return context.print(`The keys of the writer ${writer}, which came in a backup, are erased here.`)
  context.print(`This device was the writer ${writer}; its keys are erased.`)
  if (!options.quiet) context.say(`Whoever holds the root should close its drive: colporteur writers retire ${name} ${writer} --reason left`)
}
