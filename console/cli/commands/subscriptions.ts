import type { Command } from 'commander'
import { AppError } from '../../../shared/errors.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords, progressInWords } from '../progress-text.ts'
import { confirmedInWords } from '../time-text.ts'
import { safeText } from '../safe-text.ts'
import { lookAlikeInWords, staleInWords } from '../trust-text.ts'

interface UnsubscribeOptions extends CommonOptions { keep?: boolean }

export function addSubscriptions (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'subscriptions',
    summary: 'what this node follows, and how far each has come',
    examples: [['colporteur subscriptions', '']]
  }).action(async (options: CommonOptions) => await subscriptions(context, options))
  addCommand(program, {
    usage: 'unsubscribe <newsletter>',
    summary: 'end a subscription; its issues leave this machine, or stay to be read',
    examples: [
      ['colporteur unsubscribe "The Long Road"', 'by its title, or by its address; says how much of the disk is free again'],
      ['colporteur unsubscribe "The Long Road" --keep', 'fetches nothing more, and keeps what is here']
    ]
  })
    .option('--keep', 'keep the issues that are here')
    .action(async (newsletter: string, options: UnsubscribeOptions) => await unsubscribe(context, newsletter, options))
  addCommand(program, {
    usage: 'pause <newsletter>',
    summary: 'look for nothing new of a subscription for now; what is here can be read',
    examples: [['colporteur pause "The Long Road"', '']]
  }).action(async (newsletter: string, options: CommonOptions) => await pause(context, newsletter, true, options))
  addCommand(program, {
    usage: 'resume <newsletter>',
    summary: 'go on with a subscription that was paused',
    examples: [['colporteur resume "The Long Road"', 'fetches what came meanwhile']]
  }).action(async (newsletter: string, options: CommonOptions) => await pause(context, newsletter, false, options))
  addCommand(program, {
    usage: 'receipts <newsletter> <on|off>',
    summary: 'say, without a name, what is here of a subscription, so that its author can count the copy; or say nothing',
    examples: [
      ['colporteur receipts "The Long Road" off', 'takes back what was said, and says nothing more'],
      ['colporteur receipts "The Long Road" on', '']
    ]
  }).action(async (newsletter: string, onOrOff: string, options: CommonOptions) => await tellReceipts(context, newsletter, onOrOff, options))
}

async function subscriptions (context: Context, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, async ({ client, isRunning }) => {
    if (!isRunning && !options.quiet && !options.json) context.say('No node is running: nothing is being fetched. "colporteur start" starts one.')
    return await client.listSubscriptions()
  })
  if (options.json) return context.print(JSON.stringify(answer))
  if (answer.subscriptions.length === 0) return context.say('There are no subscriptions yet. "colporteur subscribe colporteur://…" follows a newsletter.')
  context.print(inColumns(answer.subscriptions.map(({ title, petName, link, progress, looksLike, receipts, ...subscription }) => [
    petName ? `${safeText(petName)} (calls itself ${safeText(title) || 'nothing yet'})` : safeText(title) || '(title not known yet)',
    safeText(progressInWords(progress)),
    confirmedInWords(subscription),
    [...receipts ? [] : ['no receipts'], ...looksLike ? ['LOOKS LIKE ANOTHER'] : []].join(', '),
    link
  ]), null))
  if (options.quiet) return
  for (const subscription of answer.subscriptions) {
    const warnings = [lookAlikeInWords(subscription), staleInWords(subscription, subscription.subscribedAt)].filter(warning => warning !== '')
    if (warnings.length > 0) context.say(`\n${safeText(subscription.title) || subscription.link}: ${warnings.join(' ')}`)
  }
}

async function unsubscribe (context: Context, newsletter: string, { keep = false, ...options }: UnsubscribeOptions): Promise<void> {
  const { answer, role } = await withNode(context, options, false, async ({ client }) => {
    const answer = await client.unsubscribe({ params: { newsletter }, query: { keep } })
    return { answer, role: (await client.listNewsletters()).newsletters.find(({ address }) => address === answer.newsletter)?.role }
  })
  if (options.json) return context.print(JSON.stringify(answer))
  if (options.quiet) return
  if (role === 'own') return context.say('Unsubscribed: its issues no longer come into the inbox. It is still written here, so everything stays.')
  if (role === 'keeping') return context.say('Unsubscribed. This machine goes on keeping it for others: "colporteur keep --drop" ends that.')
  context.say(answer.kept
    ? 'Unsubscribed. What is here stays to be read; nothing more is fetched.'
    : `Unsubscribed. Its issues are no longer on this machine; ${bytesInWords(answer.freedBytes)} of the disk are free again.`)
}

async function pause (context: Context, newsletter: string, paused: boolean, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.changeSubscription({ params: { newsletter }, body: { paused } }))
  if (options.json) context.print(JSON.stringify(answer))
  else if (!options.quiet) context.say(paused ? 'Paused. "colporteur resume" goes on with it.' : 'It goes on.')
}

async function tellReceipts (context: Context, newsletter: string, onOrOff: string, options: CommonOptions): Promise<void> {
  if (onOrOff !== 'on' && onOrOff !== 'off') throw new AppError('BAD_REQUEST', `Receipts are on or off, not ${onOrOff}.`)
  const receipts = onOrOff === 'on'
  const answer = await withNode(context, options, false, ({ client }) => client.changeSubscription({ params: { newsletter }, body: { receipts } }))
  if (options.json) context.print(JSON.stringify(answer))
  else if (!options.quiet) context.say(receipts ? 'Its author can count this copy; who you are is not told.' : 'Nothing more is said of what is here; its author can not count this copy.')
}
