import type { Command } from 'commander'
import type { Client } from '../../../shared/api/client.ts'
import { daysLeft } from '../../../shared/api/expiry.ts'
import type { Newsletter, NewsletterChange } from '../../../shared/api/newsletters.ts'
import { AppError } from '../../../shared/errors.ts'
import { formatAddress } from '../../../shared/format/address.ts'
import { askNewPassphrase, askWords } from '../ask.ts'
import { inColumns } from '../columns.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { keysInWords } from '../keys-text.ts'
import { limitsInWords } from '../limits-text.ts'
import { nameInCommand } from '../name-in-command.ts'
import { readQuorum } from '../quorum.ts'
import { confirmedInWords } from '../time-text.ts'
import { unlockHere } from '../unlock-here.ts'
import { safeText } from '../safe-text.ts'
import { lookAlikeInWords, staleInWords } from '../trust-text.ts'
import { wordsInColumns } from '../words-text.ts'

interface DescribeOptions extends CommonOptions {
  title?: string
  description?: string
  language?: string
  author?: string[]
  website?: string
  licence?: string
  rhythm?: string
}

interface CreateOptions extends DescribeOptions {
  title: string
  seal?: boolean
  rootQuorum?: string
  existingWords?: boolean
  announce: boolean
  bootstrap?: string
  bind?: string
}

const ROLES: Record<Newsletter['role'], string> = { own: 'written here', subscribed: 'subscribed', unsubscribed: 'no longer followed', keeping: 'kept for others' }

export function addNewsletter (program: Command, context: Context): void {
  const group = addGroup(program, {
    usage: 'newsletter',
    summary: 'create, list and show newsletters',
    examples: [
      ['colporteur newsletter create --title "The Long Road"', 'prints its address, and the words to keep'],
      ['colporteur newsletter show "The Long Road"', 'what it is, and its check words']
    ]
  })
  const create = addCommand(group, {
    usage: 'create',
    summary: 'start a newsletter; prints its address, and on stderr its 24 recovery words',
    examples: [
      ['colporteur newsletter create --title "The Long Road" --author "Ines Vidal"', 'prints the address that readers subscribe to'],
      ['colporteur newsletter create --title "The Long Road" --seal', 'asks for a passphrase that seals the words on this machine'],
      ['colporteur newsletter create --title "Small Engines" --existing-words', 'asks for the words of your other newsletters, and makes one more of them']
    ]
  })
    .requiredOption('--title <title>', 'what it is called')
  describing(create)
    .option('--root-quorum <k/n>', 'several sets of recovery words, such as 2/3: of three sets, any two act together')
    .option('--existing-words', 'with the words of a newsletter that is on this machine: one paper for all of them; asks, or takes them from stdin')
    .option('--no-announce', 'let nobody find this node by it: it only looks for readers who are announced')
    .option('--bootstrap <nodes>', 'with --existing-words: nodes of a private DHT, where no node is running')
    .option('--bind <ip>', 'with --existing-words: IPv4 address on which to meet others, where no node is running')
    .option('--seal', 'seal the recovery words on this machine with a passphrase, until they are confirmed')
    .action(async (options: CreateOptions) => await start(context, options))
  const describe = addCommand(group, {
    usage: 'describe <newsletter>',
    summary: 'change what a newsletter written here is called, and what it says of itself',
    examples: [
      ['colporteur newsletter describe "The Long Road" --rhythm "Every second Monday" --licence "CC BY 4.0"', 'readers see it as soon as it reaches them'],
      ['colporteur newsletter describe "The Long Road" --website ""', 'takes a word back']
    ]
  })
    .option('--title <title>', 'what it is called')
  describing(describe)
    .action(async (newsletter: string, options: DescribeOptions) => await change(context, newsletter, options))
  addCommand(group, {
    usage: 'list',
    summary: 'the newsletters of this node, written here and subscribed to',
    examples: [['colporteur newsletter list', '']]
  }).action(async (options: CommonOptions) => await list(context, options))
  addCommand(group, {
    usage: 'show <newsletter>',
    summary: 'one newsletter: address, check words, writers, issues',
    examples: [['colporteur newsletter show "The Long Road"', 'by its title, or by its address']]
  }).action(async (newsletter: string, options: CommonOptions) => await show(context, newsletter, options))
}

function describing (command: Command): Command {
  return command
    .option('--description <text>', 'what it is about')
    .option('--language <code>', 'language of its issues, such as en or pt-BR')
    .option('--author <name...>', 'who writes it')
    .option('--website <address>', 'its page on the web')
    .option('--licence <words>', 'under which it may be passed on')
    .option('--rhythm <words>', 'how often it comes')
}

function said ({ title, description, language, author: authors, website, licence, rhythm }: DescribeOptions): NewsletterChange {
  const words = { title, description, language, authors, website, licence, rhythm }
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== undefined))
}

async function change (context: Context, newsletter: string, options: DescribeOptions): Promise<void> {
  const body = said(options)
  if (Object.keys(body).length === 0) throw new AppError('BAD_REQUEST', 'Say what shall change: --title, --description, --language, --author, --website, --licence or --rhythm.')
  await withNode(context, options, false, async connection => {
    await unlockHere(context, connection, newsletter)
    await tell(context, connection.client, await connection.client.describeNewsletter({ params: { newsletter }, body }), options)
  })
}

async function start (context: Context, { seal = false, rootQuorum, existingWords = false, announce, ...options }: CreateOptions): Promise<void> {
  const passphrase = seal ? await askNewPassphrase(context) : undefined
  const words = existingWords ? await askWords(context) : undefined
  // Whether the words stand for more newsletters than are here, others can tell.
  const created = await withNode(context, options, existingWords, async ({ client }) => {
    const body = {
      ...said(options),
      title: options.title,
      ...(passphrase && { passphrase }),
      ...(words && { words }),
      ...(!announce && { announce }),
      ...(rootQuorum && { quorum: readQuorum(rootQuorum) })
    }
    const created = await client.createNewsletter({ body })
    if (words) return { ...created, sets: [] }
    const { sets } = await client.showWords({ params: { newsletter: created.newsletter.address }, body: { ...(passphrase && { passphrase }) } })
    return { ...created, sets }
  })
  if (options.json) return context.print(JSON.stringify(created))
  context.print(created.newsletter.link)
  if (created.sets.length > 0) context.say(wordsToKeep(created.newsletter, created.sets.map(({ words }) => words)))
  else if (!options.quiet) context.say('Your words stand for this newsletter as well; they are kept nowhere on this machine.')
}

/** Told even with --quiet: whoever does not know that there are words loses the newsletter. */
function wordsToKeep (newsletter: Newsletter, sets: string[]): string {
  return `
${sets.length === 1 ? 'The recovery words of this newsletter. Write them on paper, in this order.' : `${sets.length} sets of recovery words. Write each on a paper of its own, and give them to different people.`}
Whoever has them is the newsletter; without them it is lost with this machine.

${sets.map(wordsInColumns).join('\n\n')}

Then type them from the paper, and they are erased from this machine:
  colporteur keys confirm ${nameInCommand(newsletter)}
`
}

async function list (context: Context, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.listNewsletters())
  if (options.json) return context.print(JSON.stringify(answer))
  if (answer.newsletters.length === 0) return context.say('There are no newsletters on this node yet. "colporteur newsletter create" starts one; "colporteur subscribe" follows one.')
  const rows = answer.newsletters.map(({ title, role, subscribed, keys, announce, issues, link, problem, looksLike }) => [
    safeText(title) || '(title not known yet)', roleInWords({ role, subscribed }) + (keys === null || keys === 'plain' ? '' : `, ${keys}`), `${issues.ready} of ${issues.total} ready`,
    [...problem ? ['NOT VERIFIED'] : [], ...looksLike ? ['LOOKS LIKE ANOTHER'] : [], ...announce ? [] : ['not announced']].join(', '), link
  ])
  context.print(inColumns(rows, null))
}

async function show (context: Context, name: string, options: CommonOptions): Promise<void> {
  await withNode(context, options, false, async ({ client }) => {
    await tell(context, client, await client.getNewsletter({ params: { newsletter: name } }), options)
  })
}

async function tell (context: Context, client: Client, newsletter: Newsletter, { json }: CommonOptions): Promise<void> {
  if (json) return context.print(JSON.stringify(newsletter))
  const { address, wordsUnconfirmed } = newsletter
  const unlessUnknown = (): null => null // its root is not here yet
  const custody = wordsUnconfirmed ? await client.getWordCustody({ params: { newsletter: address } }).catch(unlessUnknown) : null
  context.print(newsletterInWords(newsletter, custody?.sealed ?? false))
}

/** Whoever writes in a newsletter may have it in the inbox as well. */
function roleInWords ({ role, subscribed }: Pick<Newsletter, 'role' | 'subscribed'>): string {
  return role === 'own' && subscribed ? `${ROLES.own}, and subscribed` : ROLES[role]
}

function untilInWords (expires: string, sealed: boolean): string {
  const days = daysLeft({ expires, sealed }, Date.now())
  return `until ${expires}${days === null ? '' : days < 0 ? ' (ITS TIME IS UP)' : ` (${days === 1 ? '1 day' : `${days} days`} LEFT)`}`
}

function unconfirmedInWords (newsletter: Newsletter, areSealed: boolean): string {
  const show = `colporteur keys show ${nameInCommand(newsletter)}`
  return `not confirmed: they still lie on this machine${areSealed ? ', sealed' : ''}. ${show} ${areSealed ? 'asks for the passphrase, and shows them' : 'shows them'}`
}

function newsletterInWords (newsletter: Newsletter, areWordsSealed: boolean): string {
  const { title, description, link, language, authors, website, licence, rhythm, role, state, successor, rootNumber, writers, issues, problem } = newsletter
  const rows = [
    ['title', safeText(title) || '(not known yet)'],
    ['address', link],
    ['check words', newsletter.checkWords],
    ['name', lookAlikeInWords(newsletter)],
    ['description', safeText(description)],
    ['authors', authors.map(safeText).join(', ')],
    ['language', language],
    ['website', safeText(website)],
    ['licence', safeText(licence)],
    ['rhythm', safeText(rhythm)],
    ['role', roleInWords(newsletter)],
    ['announced', newsletter.announce ? '' : 'no: nobody finds this node by it'],
    ['state', state],
    ['continued by', successor ? formatAddress(successor) : ''],
    ['continues', newsletter.continues ? formatAddress(newsletter.continues) : ''],
    ['succession', newsletter.successionProblem ? newsletter.successionProblem.reason : ''],
    ['root', rootNumber === null ? 'not found yet' : `document ${rootNumber}`],
    ...writers.map(({ id, name, drive, sealed, expires }) => [
      'writer', [`${id} ${safeText(name)}`, `drive ${drive}`, ...(sealed ? ['sealed'] : []), ...(expires ? [untilInWords(expires, sealed)] : [])].join(', ')
    ]),
    ...writers.flatMap(({ otherHistory }) => otherHistory ? [['history', safeText(otherHistory.reason)]] : []),
    ['issues', `${issues.total} known, ${issues.ready} ready offline, ${issues.unread} unread`],
    ['limits', limitsInWords(newsletter.limits)],
    ['freshness', role === 'own' ? '' : confirmedInWords(newsletter)],
    ['stale', staleInWords(newsletter, newsletter.since)],
    ['keys', newsletter.keys ? keysInWords(newsletter.keys) : ''],
    ['publishing', newsletter.notWriting ? `${newsletter.notWriting.code === 'RETIRED' ? 'ENDED' : 'STOPPED'}: ${safeText(newsletter.notWriting.reason)}` : ''],
    ['problem', problem ? `${problem.code}: ${safeText(problem.reason)}` : ''],
    ['recovery words', newsletter.wordsUnconfirmed ? unconfirmedInWords(newsletter, areWordsSealed) : '']
  ]
  return inColumns(rows.filter(([, value]) => value !== ''), null)
}
