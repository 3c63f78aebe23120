import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import { EVERYTHING, type Policy, type PolicyEffect } from '../../../shared/api/policies.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { bytesInWords } from '../progress-text.ts'
import { bytesIn } from '../size-text.ts'

interface PolicyOptions extends CommonOptions {
  everything?: boolean
  last?: string
  content?: string
  attachments?: string
  saved?: string
  maxDisk?: string
  dryRun?: boolean
}

const CONTENT: Record<string, Policy['content']> = { everything: 'everything', 'text-first': 'textFirst', 'text-only': 'textOnly' }
const ATTACHMENTS: Record<string, Policy['attachments']> = { always: 'always', 'on-request': 'onRequest' }
const KEEP_SAVED: Record<string, boolean> = { keep: true, 'as-others': false }

export function addPolicy (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'policy <newsletter>',
    summary: 'what of a subscription is held on this machine; what is left out stays listed, and "colporteur get" fetches it',
    examples: [
      ['colporteur policy "The Long Road"', 'what is held now'],
      ['colporteur policy "The Long Road" --last 20 --dry-run', 'what that would free and fetch'],
      ['colporteur policy "The Long Road" --last 20', 'only the newest 20 issues, and the saved ones'],
      ['colporteur policy "The Long Road" --content text-only', 'pictures and attachments only on request'],
      ['colporteur policy "The Long Road" --attachments on-request --max-disk 200MB', ''],
      ['colporteur policy "The Long Road" --everything', 'as in the beginning']
    ]
  })
    .option('--last <n>', 'only so many of the newest issues, or "all"')
    .option('--content <what>', 'everything; text-first: all texts before the first picture; text-only')
    .option('--attachments <when>', 'files that are no pictures: always, or on-request')
    .option('--saved <how>', 'saved issues: keep them whole and for ever, or as-others')
    .option('--max-disk <size>', 'of the disk that its issues may take, as 200MB, or "none"')
    .option('--everything', 'every issue, whole')
    .option('--dry-run', 'tell what it would do, and change nothing')
    .action(async (newsletter: string, options: PolicyOptions) => await policy(context, newsletter, options))
}

async function policy (context: Context, newsletter: string, { dryRun = false, ...options }: PolicyOptions): Promise<void> {
  const params = { newsletter }
  await withNode(context, options, false, async ({ client }) => {
    const before = (await client.getSubscription({ params })).policy
    const wanted = changed(before, options)
    const isChange = JSON.stringify(wanted) !== JSON.stringify(before)
    if (!isChange || dryRun) return await look(context, client, newsletter, wanted, options)
    const effect = await client.previewPolicy({ params, body: wanted })
    if (!options.quiet && !options.json) for (const line of effectInWords(effect)) context.say(line)
    const set = await client.setPolicy({ params, body: wanted })
    if (options.json) return context.print(JSON.stringify(set))
    context.print(policyInWords(set.policy))
    if (!options.quiet) context.say(set.freedBytes > 0 ? `Done; ${bytesInWords(set.freedBytes)} of the disk are free again.` : 'Done.')
  })
}

async function look (context: Context, client: Client, newsletter: string, wanted: Policy, options: CommonOptions): Promise<void> {
  const effect = await client.previewPolicy({ params: { newsletter }, body: wanted })
  if (options.json) return context.print(JSON.stringify({ policy: wanted, effect }))
  context.print(policyInWords(wanted))
  if (!options.quiet) for (const line of effectInWords(effect)) context.say(line)
}

function changed (before: Policy, { everything = false, last, content, attachments, saved, maxDisk }: PolicyOptions): Policy {
  return {
    ...everything ? EVERYTHING : before,
    ...(last !== undefined && { last: countIn(last) }),
    ...(content !== undefined && { content: oneOf(CONTENT, content, '--content') }),
    ...(attachments !== undefined && { attachments: oneOf(ATTACHMENTS, attachments, '--attachments') }),
    ...(saved !== undefined && { keepSaved: oneOf(KEEP_SAVED, saved, '--saved') }),
    ...(maxDisk !== undefined && { maxDiskBytes: bytesIn(maxDisk) })
  }
}

function countIn (text: string): number | null {
  if (text === 'all') return null
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new AppError('BAD_REQUEST', `${text} is not a number of issues. Write one as 20, or "all".`)
  return Number(text)
}

function oneOf<T> (values: Record<string, T>, text: string, option: string): T {
  if (!Object.hasOwn(values, text)) throw new AppError('BAD_REQUEST', `${option} is one of ${Object.keys(values).join(', ')}, not ${text}.`)
  return values[text]!
}

function policyInWords ({ last, content, attachments, keepSaved, maxDiskBytes }: Policy): string {
  return [
    last === null ? 'every issue' : last === 1 ? 'the newest issue' : `the newest ${last} issues`,
    { everything: 'whole', textFirst: 'whole, texts first', textOnly: 'text only' }[content],
    ...(content !== 'textOnly' && attachments === 'onRequest' ? ['attachments on request'] : []),
    ...(maxDiskBytes === null ? [] : [`at most ${bytesInWords(maxDiskBytes)}`]),
    keepSaved ? 'saved ones whole and for ever' : 'saved ones as the others'
  ].join(', ')
}

function effectInWords ({ freesBytes, fetchesBytes, holdsBytes, issues: { whole, partial, leftOut } }: PolicyEffect): string[] {
  const moves = [...(freesBytes > 0 ? [`frees ${bytesInWords(freesBytes)}`] : []), ...(fetchesBytes > 0 ? [`fetches ${bytesInWords(fetchesBytes)}`] : [])]
  return [
    `That ${moves.length === 0 ? 'frees and fetches nothing' : moves.join(' and ')}.`,
    `${whole} whole, ${partial} in part, ${leftOut} left out: ${bytesInWords(holdsBytes)} in all.`
  ]
}
