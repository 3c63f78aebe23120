import type { Command } from 'commander'
import type { Newsletter } from '../../../shared/api/newsletters.ts'
import { inColumns } from '../columns.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

interface CreateOptions extends CommonOptions { title: string, description?: string, language?: string, author?: string[] }

export function addNewsletter (program: Command, context: Context): void {
  const group = program.command('newsletter').summary('create, list and show newsletters').description('create, list and show newsletters')
  addCommand(group, {
    usage: 'create',
    summary: 'start a newsletter; prints its address, and once, on stderr, its 24 recovery words',
    examples: [['colporteur newsletter create --title "The Long Road" --author "Ines Vidal"', 'prints the address that readers subscribe to']]
  })
    .requiredOption('--title <title>', 'what it is called')
    .option('--description <text>', 'what it is about')
    .option('--language <code>', 'language of its issues, such as en or pt-BR')
    .option('--author <name...>', 'who writes it')
    .action(async (options: CreateOptions) => await create(context, options))
  addCommand(group, {
    usage: 'list',
    summary: 'the newsletters of this node, written here and subscribed to',
    examples: [['colporteur newsletter list', '']]
  }).action(async (options: CommonOptions) => await list(context, options))
  addCommand(group, {
    usage: 'show <newsletter>',
    summary: 'one newsletter: address, writers, issues',
    examples: [['colporteur newsletter show "The Long Road"', 'by its title, or by its address']]
  }).action(async (newsletter: string, options: CommonOptions) => await show(context, newsletter, options))
}

async function create (context: Context, { title, description, language, author, ...options }: CreateOptions): Promise<void> {
  const created = await withNode(context, options, false, ({ client }) => client.createNewsletter({
    body: { title, ...(description !== undefined && { description }), ...(language && { language }), ...(author && { authors: author }) }
  }))
  if (options.json) return context.print(JSON.stringify(created))
  context.print(created.newsletter.link)
  context.say(wordsInColumns(created.words))
}

/** The words as they are written down: numbered, in four columns. Told even with --quiet, because they are told once. */
function wordsInColumns (words: string): string {
  const numbered = words.split(' ').map((word, i) => `${String(i + 1).padStart(2)} ${word}`)
  const rows = Array.from({ length: 6 }, (_, row) => [0, 6, 12, 18].map(start => numbered[start + row]!))
  return `
The recovery words of this newsletter. Write them on paper, in this order, now: they are not shown again.
Whoever has them is the newsletter; without them it is lost with this machine.

${inColumns(rows, null)}
`
}

async function list (context: Context, options: CommonOptions): Promise<void> {
  const answer = await withNode(context, options, false, ({ client }) => client.listNewsletters())
  if (options.json) return context.print(JSON.stringify(answer))
  if (answer.newsletters.length === 0) return context.say('There are no newsletters on this node yet. "colporteur newsletter create" starts one; "colporteur subscribe" follows one.')
  const rows = answer.newsletters.map(({ title, role, issues, link, problem }) => [
    safeText(title) || '(title not known yet)', role === 'own' ? 'written here' : 'subscribed', `${issues.ready} of ${issues.total} ready`, problem ? 'NOT VERIFIED' : '', link
  ])
  context.print(inColumns(rows, null))
}

async function show (context: Context, name: string, options: CommonOptions): Promise<void> {
  const newsletter = await withNode(context, options, false, ({ client }) => client.getNewsletter({ params: { newsletter: name } }))
  context.print(options.json ? JSON.stringify(newsletter) : newsletterInWords(newsletter))
}

function newsletterInWords (newsletter: Newsletter): string {
  const { title, description, link, language, authors, role, state, rootNumber, writers, issues, problem, wordsUnconfirmed } = newsletter
  const rows = [
    ['title', safeText(title) || '(not known yet)'],
    ['address', link],
    ['description', safeText(description)],
    ['authors', authors.map(safeText).join(', ')],
    ['language', language],
    ['role', role === 'own' ? 'written on this node' : 'subscribed'],
    ['state', state],
    ['root', rootNumber === null ? 'not found yet' : `document ${rootNumber}`],
    ...writers.map(({ id, name, drive, sealed, expires }) => [
      'writer', [`${id} ${safeText(name)}`, `drive ${drive}`, ...(sealed ? ['sealed'] : []), ...(expires ? [`until ${expires}`] : [])].join(', ')
    ]),
    ['issues', `${issues.total} known, ${issues.ready} ready offline, ${issues.unread} unread`],
    ['problem', problem ? `${problem.code}: ${safeText(problem.reason)}` : ''],
    ['recovery words', wordsUnconfirmed ? 'not confirmed: the secret they stand for still lies on this machine' : '']
  ]
  return inColumns(rows.filter(([, value]) => value !== ''), null)
}
