import { setInterval } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import type { Issue } from '../../../shared/api/issues.ts'
import type { Preparation, Unprepared } from '../../../shared/api/preparing.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'
import { partsInWords, stateInWords } from '../state-words.ts'

const LOOK_MS = 250
const DEFAULT_TIMEOUT = '60'

interface PrepareOptions extends CommonOptions { whole?: boolean, timeout: string, bootstrap?: string, bind?: string }
interface GetOptions extends CommonOptions { wait?: boolean, timeout: string, release?: boolean, bootstrap?: string, bind?: string }

export function addPrepare (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'prepare [newsletters...]',
    summary: 'get everything unread now, before you go where there is no network; says when it is done',
    examples: [
      ['colporteur prepare', 'of all subscriptions'],
      ['colporteur prepare "The Long Road"', 'of one'],
      ['colporteur prepare --whole', 'also what policies leave out']
    ]
  })
    .option('--whole', 'also what the policies of subscriptions leave out')
    .option('--timeout <seconds>', 'give up when nothing has come for so long', DEFAULT_TIMEOUT)
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .action(async (newsletters: string[], options: PrepareOptions) => await prepare(context, newsletters, options))
  addCommand(program, {
    usage: 'get <issue>',
    summary: 'get all of one issue, whatever the policy of its subscription leaves out',
    examples: [
      ['colporteur get 01k…', 'a running node fetches it before all else'],
      ['colporteur get 01k… --wait', 'until every byte is here'],
      ['colporteur get 01k… --release', 'leaves it to the policy again']
    ]
  })
    .option('--wait', 'wait until it is here')
    .option('--release', 'leave it to the policy of its subscription again')
    .option('--timeout <seconds>', 'with --wait: give up when nothing has come for so long', DEFAULT_TIMEOUT)
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .action(async (issue: string, options: GetOptions) => await get(context, issue, options))
}

async function prepare (context: Context, newsletters: string[], { whole = false, timeout, ...options }: PrepareOptions): Promise<void> {
  const timeoutMs = msIn(timeout)
  const preparation = await withNode(context, options, true, async ({ client }) => {
    await client.prepare({ body: { whole, ...(newsletters.length > 0 && { newsletters }) } })
    return await untilStill(context, options, timeoutMs, async () => {
      const { preparation } = await client.getPreparation()
      return { value: preparation!, words: preparationInWords(preparation!), isOver: preparation!.isDone }
    })
  })
  if (options.json) context.print(JSON.stringify(preparation))
  else {
    context.print(preparation.isDone ? doneInWords(preparation) : preparationInWords(preparation))
    if (!options.quiet) for (const line of whyNot(preparation)) context.say(line)
  }
  if (!preparation.isDone) throw new AppError(preparation.isStuck ? 'NO_PEERS' : 'TIMED_OUT', 'Not everything that is unread could be had in the time given. What is on its way goes on while a node runs ("colporteur start").')
}

async function get (context: Context, ref: string, { wait = false, release = false, timeout, ...options }: GetOptions): Promise<void> {
  const timeoutMs = msIn(timeout)
  const params = { issue: ref }
  const issue = await withNode(context, options, wait, async ({ client, isRunning }) => {
    const asked = await client.fetchIssue({ params, body: { fetched: !release } })
    if (!wait || release) {
      if (!options.quiet) context.say(release ? 'Its policy decides again.' : isRunning ? 'It is fetched now. --wait tells when it is here.' : 'It is wanted now. No node is running: "colporteur start" fetches it, or say --wait.')
      return asked
    }
    return await untilStill(context, options, timeoutMs, async () => look(client, ref))
  })
  if (options.json) context.print(JSON.stringify(issue))
  else context.print(stateInWords(issue))
  if (issue.state === 'notVerified') throw new AppError('NOT_VERIFIED', safeText(issue.problem?.reason ?? 'The issue is not verified.'))
  if (wait && !release && issue.state !== 'ready') throw new AppError('TIMED_OUT', 'It could not be had in the time given. It is still wanted: leave a node running ("colporteur start").')
}

async function look (client: Client, ref: string): Promise<{ value: Issue, words: string, isOver: boolean }> {
  const { issue } = await client.getIssue({ params: { issue: ref } })
  return { value: issue, words: stateInWords(issue), isOver: issue.state === 'ready' || issue.state === 'notVerified' }
}

/** Looks again and again, and tells what changes, until it is over or nothing has changed for so long. */
async function untilStill<T> (
  context: Context, { quiet, json }: CommonOptions, timeoutMs: number, look: () => Promise<{ value: T, words: string, isOver: boolean }>
): Promise<T> {
  let last = ''
  let changedMs = Date.now()
  for await (const _ of setInterval(LOOK_MS)) {
    const { value, words, isOver } = await look()
    if (isOver) return value
    if (words !== last) {
      if (!quiet && !json) context.tellProgress(words)
      last = words
      changedMs = Date.now()
    }
    if (Date.now() - changedMs > timeoutMs) return value
  }
  throw new AppError('INTERNAL', 'Waiting ended by itself.')
}

function msIn (seconds: string): number {
  if (!(Number(seconds) > 0)) throw new AppError('BAD_REQUEST', `${seconds} is not a number of seconds.`)
  return Number(seconds) * 1000
}

function preparationInWords ({ issues: { unread, ready }, toGoBytes, unheard, isStuck }: Preparation): string {
  const here = `${ready} of ${unread} unread ${unread === 1 ? 'issue' : 'issues'} ready`
  if (toGoBytes > 0) return `${here}, ${bytesInWords(toGoBytes)} to go${isStuck ? '; nobody who has them is connected' : ''}`
  return unheard.length > 0 ? `${here}; ${isStuck ? 'nobody is connected who could tell' : 'asking'} whether there is more` : here
}

function doneInWords ({ issues: { unread, ready } }: Preparation): string {
  if (unread === 0) return 'Nothing is unread.'
  return ready === unread ? `Everything unread is ready offline: ${ready === 1 ? '1 issue' : `${ready} issues`}.` : `${ready} of ${unread} unread issues are ready offline.`
}

function whyNot ({ missing, unheard }: Preparation): string[] {
  const reasons: Record<Unprepared['reason'], string> = {
    asked: 'nobody who is connected has given it yet',
    alone: 'nobody who has its newsletter is connected',
    paused: 'its subscription is paused: "colporteur resume"',
    policy: 'left out by the policy of its subscription: --whole gets it',
    notVerified: 'not verified'
  }
  return [
    ...missing.map(({ title, newsletterTitle, reason, problem, parts, haveParts, toGoBytes }) =>
      `${safeText(title) || '(no title)'} (${safeText(newsletterTitle)}): ${reason === 'notVerified' ? `not verified: ${safeText(problem?.reason ?? '')}` : reasons[reason]}${toGoBytes > 0 ? `; ${partsInWords(haveParts, parts)}, ${bytesInWords(toGoBytes)} to go` : ''}`),
    ...unheard.map(({ title, newsletter, paused }) => `${safeText(title) || newsletter}: ${paused ? 'paused, so nothing new is looked for' : 'nobody has told yet whether there is more'}`)
  ]
}
