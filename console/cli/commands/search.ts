import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import type { MarkedText, SearchPage, SearchResult } from '../../../shared/api/search.ts'
import { AppError } from '../../../shared/errors.ts'
import { addCommand } from '../command.ts'
import { withNode } from '../connect.ts'
import type { CommonOptions, Context } from '../context.ts'
import { safeText } from '../safe-text.ts'

/** The most that one page of the node gives. */
const MOST = 100
const LOOK_MS = 250

interface SearchOptions extends CommonOptions { limit: string, wait?: boolean }

export function addSearch (program: Command, context: Context): void {
  addCommand(program, {
    usage: 'search <words...>',
    summary: 'find issues by the words of their texts, titles, tags and authors, best first',
    examples: [
      ['colporteur search salt road', 'issues that have both words, whatever the case and the accents'],
      ['colporteur search "salt road" carav*', 'the two words beside each other, and a word that begins so'],
      ['colporteur search salt from:Ines tag:trade', 'by an author, or in a newsletter that is called so; with a tag'],
      ['colporteur search after:2025 before:2026-03 is:unread', 'of a time, and not read; is:saved: what was saved']
    ]
  })
    .option('--limit <number>', `at most so many, up to ${MOST}`, '20')
    .option('--wait', 'return when the index is complete')
    .action(async (words: string[], options: SearchOptions) => await search(context, words, options))
}

async function search (context: Context, words: string[], { limit, wait = false, ...options }: SearchOptions): Promise<void> {
  if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST) throw new AppError('BAD_REQUEST', `--limit wants a number from 1 to ${MOST}.`)
  const page = await withNode(context, options, false, async ({ client, isRunning }) => {
    const query = { q: queryOf(words), limit: Number(limit) }
    let page = await client.searchIssues({ query })
    // Where no node runs, nobody else goes on with the index.
    while (!page.index.isComplete && (wait || !isRunning)) {
      if (!options.quiet) context.tellProgress(indexInWords(page))
      await setTimeout(LOOK_MS)
      page = await client.searchIssues({ query })
    }
    return page
  })
  if (options.json) return context.print(JSON.stringify(page))
  if (!options.quiet && !page.index.isComplete) context.say(`${indexInWords(page)}: the rest is not found yet.`)
  if (page.results.length === 0) return context.say('Nothing was found.')
  context.print(page.results.map(resultInWords).join('\n\n'))
  if (!options.quiet && (page.next !== null || page.isMore)) context.say(`${page.results.length} of ${page.isMore ? 'more than ' : ''}${page.total}${page.next === null ? '' : '; --limit shows more'}.`)
}

/** The shell takes quotation marks away: what came as one word of several is meant so. */
function queryOf (words: string[]): string {
  if (words.length === 1) return words[0]!
  return words.map(word => /^[^"]*\s[^"]*$/.test(word) ? word.replace(/^(\w+:)?(.*)$/s, '$1"$2"') : word).join(' ')
}

function indexInWords ({ index: { indexed, total } }: SearchPage): string {
  return indexed < total ? `Indexing, ${indexed} of ${total}` : 'The index is being brought up to date'
}

function resultInWords ({ issue: { id, petName, newsletterTitle, number, publishedAt }, title, snippet }: SearchResult): string {
  const text = markedInWords(snippet)
  return `${markedInWords(title)}\n  ${safeText(petName || newsletterTitle)}, issue ${number}, ${publishedAt.slice(0, 10)}, ${id}${text && `\n  ${text}`}`
}

/** Hits stand between asterisks. */
function markedInWords (pieces: MarkedText): string {
  return safeText(pieces.map(({ text, isHit }) => isHit ? `*${text}*` : text).join(''))
}
