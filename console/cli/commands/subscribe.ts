import { setInterval } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Subscription } from '../../../shared/api/subscriptions.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { type Connection, withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { progressInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { lookAlikeInWords } from '../trust-text.ts'

const LOOK_MS = 250
const DEFAULT_TIMEOUT = '120'

interface SubscribeOptions extends CommonOptions { wait?: boolean, timeout: string, receipts: boolean, announce: boolean, bootstrap?: string, bind?: string }

export function addSubscribe (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'subscribe <address>',
    summary: 'follow a newsletter',
    examples: [
      ['colporteur subscribe colporteur://…', 'a running node begins to fetch it'],
      ['colporteur subscribe colporteur://… --wait', 'tells how far it has come, until everything is here']
    ]
  })
    .option('--wait', 'wait until everything is here')
    .option('--timeout <seconds>', 'with --wait: give up when nothing has come for so long', DEFAULT_TIMEOUT)
    .option('--no-receipts', 'tell nobody, not even without a name, what is here of it: its author can not count this copy')
    .option('--no-announce', 'let nobody find this node by it: it only looks for others')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .action(async (address: string, options: SubscribeOptions) => await subscribe(context, address, options))
}

async function subscribe (context: Context, address: string, { wait = false, timeout, receipts, announce, ...options }: SubscribeOptions): Promise<void> {
  if (!(Number(timeout) > 0)) throw new AppError('BAD_REQUEST', `${timeout} is not a number of seconds.`)
  const subscription = await withNode(context, options, wait, async connection => {
    const before = (await connection.client.listSubscriptions()).subscriptions
    const subscribed = await connection.client.subscribe({ body: { address, ...(!receipts && { receipts }), ...(!announce && { announce }) } })
    if (!options.quiet) context.say(`Its check words: ${subscribed.checkWords}. Compare them with those that its author tells; a newsletter that is only called the same has others.`)
    if (wait) return await untilHere(context, connection, subscribed, Number(timeout) * 1000, options)
    const done = before.some(({ newsletter }) => newsletter === subscribed.newsletter) ? 'Subscribed already.' : 'Subscribed.'
    if (!connection.isRunning && !options.quiet) context.say(`${done} No node is running: "colporteur start" fetches the issues, or say --wait.`)
    else if (!options.quiet) context.say(`${done} "colporteur subscriptions" tells how far it has come.`)
    return subscribed
  })
  const looksLike = lookAlikeInWords(subscription)
  if (looksLike) context.say(looksLike) // even with --quiet: whoever does not know it trusts the wrong one
  context.print(options.json ? JSON.stringify(subscription) : subscription.link)
}

async function untilHere (
  context: Context, { client }: Connection, { newsletter }: Subscription, timeoutMs: number, { quiet }: CommonOptions
): Promise<Subscription> {
  let last = ''
  let changedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const subscription = await client.getSubscription({ params: { newsletter } })
    const { progress } = subscription
    const words = progressInWords(progress)
    if (words !== last) {
      if (!quiet) context.tellProgress(safeText(words))
      last = words
      changedMs = Date.now()
    }
    if (progress.state === 'upToDate') return subscription
    if (progress.state === 'notVerified') throw new AppError('NOT_VERIFIED', `The newsletter is not verified: ${safeText(progress.problem?.reason ?? '')}`)
    if (Date.now() - changedMs > timeoutMs) {
      throw progress.peers === 0
        ? new AppError('NO_PEERS', 'Nobody who holds this newsletter was found in the time given. The subscription stays: leave a node running ("colporteur start"), and it comes as soon as somebody is online.')
        : new AppError('TIMED_OUT', `Nothing more has come in the time given (${safeText(words)}). The subscription stays: leave a node running ("colporteur start").`)
    }
  }
  throw new AppError('INTERNAL', 'Waiting ended by itself.')
}
