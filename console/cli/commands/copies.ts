import { setInterval } from 'node:timers/promises'
import type { Command } from 'commander'
import type { IssueCopies, IssueCopiesDetails, IssueCopiesPage, NewsletterCopies } from '../../../shared/api/copies.ts'
import type { Client } from '../../../shared/api/client.ts'
import { AppError } from '../../../shared/errors.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { copiesInWords, holderRow } from '../copies-text.ts'
import { safeText } from '../safe-text.ts'

const LOOK_MS = 250
/** As many issues are listed. */
const LISTED = 20
/** The most that one page of the node gives. */
const PAGE = 500

type Looked = Pick<NewsletterCopies | IssueCopies, 'state' | 'sentence'>

interface CopiesOptions extends CommonOptions { wait?: string, timeout?: string, target?: string, bootstrap?: string, bind?: string }

export function addCopies (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'copies <newsletter> [issue]',
    summary: 'who holds what was published, and whether this machine may be closed',
    examples: [
      ['colporteur copies "The Long Road"', 'all issues in a sentence, and the newest one by one'],
      ['colporteur copies "The Long Road" 12', 'who holds issue 12, and whether that was checked; by its id, too'],
      ['colporteur copies "The Long Road" --wait safe', 'returns when every issue has enough copies'],
      ['colporteur copies "The Long Road" --target 5/3', 'calls 5 copies with 3 different owners safe; 3/2 at first']
    ]
  })
    .option('--wait <state>', 'safe: wait until that many audited copies are known')
    .option('--timeout <seconds>', 'with --wait: give up after so long; without: never')
    .option('--target <copies/owners>', 'how many audited copies with how many different owners are called safe')
    .option('--bootstrap <nodes>', 'nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'IPv4 address on which to meet others, where no node is running')
    .action(async (newsletter: string, issue: string | undefined, options: CopiesOptions) => await copies(context, newsletter, issue ?? null, options))
}

async function copies (context: Context, newsletter: string, issue: string | null, { wait, timeout, target, ...options }: CopiesOptions): Promise<void> {
  if (wait !== undefined && wait !== 'safe') throw new AppError('BAD_REQUEST', `--wait knows "safe", and not ${JSON.stringify(wait)}.`)
  if (timeout !== undefined && !(Number(timeout) > 0)) throw new AppError('BAD_REQUEST', `${timeout} is not a number of seconds.`)
  const wanted = target === undefined ? null : targetOf(target)
  await withNode(context, options, wait !== undefined, async ({ client, isRunning }) => {
    if (wanted) await client.setCopiesTarget({ params: { newsletter }, body: wanted })
    if (!isRunning && wait === undefined && !options.quiet) context.say('No node is running: this is what was known when it stopped. "colporteur start" starts one.')
    const ref = issue && await issueRef(client, newsletter, issue)
    const look = async (): Promise<Looked> => ref === null
      ? await client.getNewsletterCopies({ params: { newsletter } })
      : (await client.getIssueCopies({ params: { issue: ref } })).issue
    if (wait !== undefined) await untilSafe(context, look, timeout === undefined ? Infinity : Number(timeout) * 1000, options)
    if (ref === null) await showNewsletter(context, client, newsletter, options)
    else showIssue(context, await client.getIssueCopies({ params: { issue: ref } }), options)
  })
}

/** An issue may be named by its number, too. */
async function issueRef (client: Client, newsletter: string, issue: string): Promise<string> {
  if (!/^\d{1,9}$/.test(issue)) return issue
  let cursor: string | null = null
  do {
    const page: IssueCopiesPage = await client.listIssueCopies({ params: { newsletter }, query: { limit: PAGE, ...(cursor && { cursor }) } })
    const found = page.issues.find(({ number }) => number === Number(issue))
    if (found) return found.ref
    cursor = page.next
  } while (cursor)
  throw new AppError('ISSUE_NOT_FOUND', `There is no complete issue ${issue} on this node. "colporteur issues" tells which there are.`)
}

async function untilSafe (
  context: Context, look: () => Promise<Looked>, limitMs: number, { quiet }: CommonOptions
): Promise<void> {
  const startedMs = Date.now()
  let last = ''
  for await (const _ of setInterval(LOOK_MS)) {
    const { state, sentence } = await look()
    if (sentence !== last && !quiet) context.tellProgress(safeText(sentence))
    last = sentence
    if (state === 'safe') return
    if (state === null) throw new AppError('CONFLICT', 'There are no issues yet, so there is nothing to wait for.')
    if (Date.now() - startedMs > limitMs) throw new AppError('TIMED_OUT', `Not safe in the time given. ${sentence}`)
  }
}

async function showNewsletter (context: Context, client: Client, newsletter: string, { json }: CommonOptions): Promise<void> {
  const [summary, page, listed] = await Promise.all([
    client.getNewsletterCopies({ params: { newsletter } }),
    client.listIssueCopies({ params: { newsletter }, query: { limit: LISTED } }),
    client.listIssues({ params: { newsletter }, query: { limit: 2 * LISTED } })
  ])
  if (json) return context.print(JSON.stringify({ ...summary, list: page }))
  const titles = new Map(listed.issues.map(({ id, title }) => [id, title]))
  context.print(safeText(summary.sentence))
  const { target: { copies, owners }, readers } = summary
  context.print(`Called safe: ${copies} audited ${copies === 1 ? 'copy' : 'copies'}, with keepers of ${owners === 1 ? '1 owner' : `${owners} different owners`}. Estimate: ${readers.words}.`)
  if (page.issues.length === 0) return
  context.print('')
  context.print(inColumns(page.issues.map(issue => issueRow(issue, titles.get(issue.id) ?? '')), context.columns))
  if (page.next) context.print(`… and ${page.total - page.issues.length} older ones`)
}

function showIssue (context: Context, details: IssueCopiesDetails, { json }: CommonOptions): void {
  if (json) return context.print(JSON.stringify(details))
  const { issue, holders, history } = details
  context.print(safeText(issue.sentence))
  if (holders.length > 0) context.print(`\n${inColumns(holders.map(holderRow), context.columns)}`)
  if (history.length > 0) {
    const rows = history.slice(-LISTED).map(({ at, copies, keepers }) => [at.slice(0, 16).replace('T', ' '), `${copies} ${copies === 1 ? 'copy' : 'copies'}`, `${keepers} with keepers`])
    context.print(`\n${inColumns(rows, context.columns)}`)
  }
}

function issueRow (issue: IssueCopies, title: string): string[] {
  const { number, publishedAt, copies, keepers, owners, id } = issue
  return [String(number), publishedAt.slice(0, 10), copiesInWords(issue), copies === 0 ? '' : `${keepers} with keepers of ${owners === 1 ? '1 owner' : `${owners} owners`}`, safeText(title), id]
}

function targetOf (text: string): { copies: number, owners: number } {
  const [, copies, owners] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []
  if (copies === undefined || owners === undefined) throw new AppError('BAD_REQUEST', `${text} is not a target. Write copies and owners as 3/2.`)
  return { copies: Number(copies), owners: Number(owners) }
}
