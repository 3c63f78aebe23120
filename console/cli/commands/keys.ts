import type { Command } from 'commander'
import type { WordCustody } from '../../../shared/api/words.ts'
import { askNewPassphrase, askPassphrase, askWords } from '../ask.ts'
import { inColumns } from '../columns.ts'
import { addCommand, addGroup } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { nameInCommand } from '../name-in-command.ts'
import { wordsInColumns } from '../words-text.ts'

export function addKeys (program: Command, context: Context): void {
  const group = addGroup(program, {
    usage: 'keys',
    summary: 'the recovery words of newsletters that are written here',
    examples: [
      ['colporteur keys show "The Long Road"', 'shows them again, until they are confirmed'],
      ['colporteur keys confirm "The Long Road"', 'asks for them, and erases them from this machine']
    ]
  })
  addCommand(group, {
    usage: 'status <newsletter>',
    summary: 'whether the recovery words were confirmed, and how they lie on this machine until then',
    examples: [['colporteur keys status "The Long Road"', '']]
  }).action(async (newsletter: string, options: CommonOptions) => await status(context, newsletter, options))
  addCommand(group, {
    usage: 'show <newsletter>',
    summary: 'show recovery words again that were not confirmed yet',
    examples: [['colporteur keys show "The Long Road"', 'to write them on paper']]
  }).action(async (newsletter: string, options: CommonOptions) => await show(context, newsletter, options))
  addCommand(group, {
    usage: 'confirm <newsletter>',
    summary: 'type the words from your paper: when they are right, they are erased from this machine',
    examples: [
      ['colporteur keys confirm "The Long Road"', 'asks for the words; again, it only checks them'],
      ['colporteur keys confirm "The Long Road" < words.txt', 'takes them from stdin']
    ]
  }).action(async (newsletter: string, options: CommonOptions) => await confirm(context, newsletter, options))
  addCommand(group, {
    usage: 'seal <newsletter>',
    summary: 'seal words that were not confirmed yet with a passphrase, so that their file is of no use without it',
    examples: [['colporteur keys seal "The Long Road"', 'asks for a new passphrase, and for the old one if there is one']]
  }).action(async (newsletter: string, options: CommonOptions) => await seal(context, newsletter, options))
}

async function status (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  tell(context, options, await withNode(context, options, false, ({ client }) => client.getWordCustody({ params: { newsletter } })))
}

async function show (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  const { custody, shown, name } = await withNode(context, options, false, async ({ client }) => {
    const custody = await client.getWordCustody({ params: { newsletter } })
    const passphrase = custody.sealed || custody.next?.sealed ? await askPassphrase(context) : undefined
    const shown = await client.showWords({ params: { newsletter }, body: { ...(passphrase && { passphrase }) } })
    return { custody, shown, name: nameInCommand(await client.getNewsletter({ params: { newsletter } })) }
  })
  if (options.json) return context.print(JSON.stringify(shown))
  for (const { key, words } of shown.sets) {
    if (shown.sets.length > 1) context.print(`Words of root key ${key}:\n`)
    context.print(`${wordsInColumns(words)}\n`)
  }
  const others = [...custody.unconfirmed, ...custody.next?.unconfirmed ?? []].filter(id => !shown.sets.some(({ key }) => key === id))
  if (others.length > 0) context.say(`Not shown: the words of ${others.join(', ')}, which are sealed with another passphrase.`)
  if (!options.quiet) context.say(`Write them on paper, then: colporteur keys confirm ${name}`)
}

async function confirm (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  tell(context, options, await withNode(context, options, false, async ({ client }) => {
    await client.getWordCustody({ params: { newsletter } }) // says what is wrong before anything is asked
    return await client.confirmWords({ params: { newsletter }, body: { words: await askWords(context) } })
  }))
}

async function seal (context: Context, newsletter: string, options: CommonOptions): Promise<void> {
  tell(context, options, await withNode(context, options, false, async ({ client }) => {
    const { sealed } = await client.getWordCustody({ params: { newsletter } })
    const current = sealed ? await askPassphrase(context, 'Passphrase until now: ') : undefined
    return await client.sealWords({ params: { newsletter }, body: { passphrase: await askNewPassphrase(context), ...(current && { current }) } })
  }))
}

function tell (context: Context, { json }: CommonOptions, custody: WordCustody): void {
  context.print(json ? JSON.stringify(custody) : inWords(custody))
}

function inWords ({ sets, threshold, unconfirmed, sealed, next }: WordCustody): string {
  const rows = [
    ['root', sets === 1 ? 'one set of words' : `${sets} sets of words, of which ${threshold} act together`],
    ['on this machine', unconfirmed.length === 0
      ? `${next ? 'not those of now' : 'none'}: they stand on paper alone`
      : `${sets === 1 ? 'the words' : `the words of ${unconfirmed.join(', ')}`}, ${lying(sealed)}`],
    ...(next ? [['words to come', next.unconfirmed.length === 0
      ? 'on this machine, where they can not be read now'
      : `the words of ${next.unconfirmed.join(', ')} lie on this machine for a change of the root that was not published yet, ${lying(next.sealed)}`]] : [])
  ]
  return inColumns(rows, null)
}

function lying (sealed: boolean): string {
  return `${sealed ? 'sealed with a passphrase' : 'readable for you alone'}, until they are confirmed`
}
