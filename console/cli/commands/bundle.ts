import { setInterval } from 'node:timers/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { BundleMade, BundleOpened } from '../../../shared/api/bundles.ts'
import type { Client } from '../../../shared/api/client.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { newsletterOrIssue } from '../newsletter-or-issue.ts'
import { bytesInWords } from '../progress-text.ts'
import { safeText } from '../safe-text.ts'

const LOOK_MS = 500

interface BundleOptions extends CommonOptions { since?: string, for?: string }

export function addBundle (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'bundle [names...]',
    summary: 'write newsletters or single issues into one file, to be carried by hand: the last name is the file',
    examples: [
      ['colporteur bundle "The Long Road" road.bundle', 'a whole newsletter'],
      ['colporteur bundle 01k… 01m… two.bundle', 'single issues'],
      ['colporteur bundle "The Long Road" road.bundle --since 2026-01-31', 'for somebody who has all that came before'],
      ['colporteur bundle road.bundle --for wanted.json', 'for somebody who ran "colporteur want wanted.json"']
    ]
  })
    .option('--since <date>', 'leave out what was published before')
    .option('--for <file>', 'leave out what the writer of this file of wants has')
    .action(async (names: string[], options: BundleOptions) => await bundle(context, names, options))
  addCommand(program, {
    usage: 'open <file>',
    summary: 'check a bundle, and take over what is new in it; needs no network',
    examples: [['colporteur open /media/stick/road.bundle', 'subscribes to newsletters that are new here']]
  }).action(async (file: string, options: CommonOptions) => await open(context, file, options))
  addCommand(program, {
    usage: 'want [names...]',
    summary: 'write what is here into a small file, by which somebody makes a bundle of the rest: the last name is the file',
    examples: [
      ['colporteur want wanted.json', 'of all newsletters'],
      ['colporteur want "The Long Road" wanted.json', 'of one']
    ]
  }).action(async (names: string[], options: CommonOptions) => await want(context, names, options))
}

async function bundle (context: Context, names: string[], { since, for: wantFile, ...options }: BundleOptions): Promise<void> {
  const file = lastOf(names, 'colporteur bundle "The Long Road" road.bundle')
  const made = await withNode(context, options, false, async ({ client }) => {
    const selection = await sorted(client, names.slice(0, -1))
    const making = client.makeBundle({ body: { path: resolve(file), ...selection, since, ...(wantFile !== undefined && { want: resolve(wantFile) }) } })
    return await tellWhile(context, client, making, options)
  })
  if (options.json) return context.print(JSON.stringify(made))
  context.print(made.path)
  if (!options.quiet) context.say(madeInWords(made))
}

async function open (context: Context, file: string, options: CommonOptions): Promise<void> {
  const opened = await withNode(context, options, false, async ({ client }) =>
    await tellWhile(context, client, client.openBundle({ body: { path: resolve(file) } }), options))
  if (options.json) return context.print(JSON.stringify(opened))
  context.print(opened.newsletters.map(({ link }) => link).join('\n'))
  if (!options.quiet) context.say(openedInWords(opened))
}

async function want (context: Context, names: string[], options: CommonOptions): Promise<void> {
  const file = lastOf(names, 'colporteur want wanted.json')
  const newsletters = names.slice(0, -1)
  const written = await withNode(context, options, false, ({ client }) =>
    client.writeWant({ body: { path: resolve(file), ...(newsletters.length > 0 && { newsletters }) } }))
  if (options.json) return context.print(JSON.stringify(written))
  context.print(written.path)
  if (!options.quiet) context.say('Give it to somebody who has more: "colporteur bundle FILE --for" makes a bundle of what you lack. It tells which newsletters you read.')
}

async function sorted (client: Client, names: string[]): Promise<{ newsletters: string[], issues: string[] }> {
  const selection: { newsletters: string[], issues: string[] } = { newsletters: [], issues: [] }
  for (const name of names) {
    const { newsletter, issue } = await newsletterOrIssue(client, name)
    if (newsletter === null) selection.issues.push(issue)
    else selection.newsletters.push(newsletter)
  }
  return selection
}

async function tellWhile<T> (context: Context, client: Client, work: Promise<T>, { quiet }: CommonOptions): Promise<T> {
  if (quiet) return await work
  const end = new AbortController()
  const stop = (): void => end.abort()
  work.then(stop, stop)
  const words = { writing: 'writing', checking: 'checking', taking: 'taking over' }
  try {
    for await (const _ of setInterval(LOOK_MS, undefined, { signal: end.signal })) {
      const { progress } = await client.getBundleProgress()
      if (!progress) continue
      const { doing, doneBytes, totalBytes } = progress
      context.tellProgress(`${words[doing]}: ${bytesInWords(doneBytes)}${totalBytes > 0 ? ` of ${bytesInWords(totalBytes)}` : ''}`)
    }
  } catch (error) {
    if (!end.signal.aborted) throw error
  }
  return await work
}

function lastOf (names: string[], example: string): string {
  const file = names.at(-1)
  if (file === undefined) throw new AppError('BAD_REQUEST', `Name the file: ${example}`)
  return file
}

function madeInWords ({ sizeBytes, newsletters }: BundleMade): string {
  const lines = newsletters.map(({ title, issues, incomplete }) => `${safeText(title)}: ${count(issues)}${incomplete > 0 ? `; ${incomplete} more are not complete on this node` : ''}`)
  return [...lines, `${bytesInWords(sizeBytes)}. "colporteur open" takes it over on another machine, without a network.`].join('\n')
}

function openedInWords ({ newBytes, leftOutBytes, newsletters }: BundleOpened): string {
  const lines = newsletters.map(({ title, subscribed, issues }) =>
    `${safeText(title) || '(no title)'}: ${issues.new} new, ${issues.ready} of ${count(issues.known)} ready${subscribed ? '. Subscribed: compare the address with the one you were told' : ''}`)
  const leftOut = leftOutBytes > 0
    ? [`${bytesInWords(leftOutBytes)} were left out: the bundle is older than what this node knows of the newsletter, and nothing here proves yet that they belong to it. They come from the network, or with a bundle that is as new ("colporteur want" writes what to ask for).`]
    : []
  return [...lines, `Checked as everything from the network is; ${bytesInWords(newBytes)} were new.`, ...leftOut].join('\n')
}

function count (issues: number): string {
  return issues === 1 ? '1 issue' : `${issues} issues`
}
