import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Wanted } from '../../subscriber/search/found.ts'
import type { IndexedIssue } from '../../subscriber/search/indexed-issue.ts'
import { SearchIndex } from '../../subscriber/search/search-index.ts'
import { readQuery } from '../../subscriber/search/search-query.ts'
import { WrongValue } from './benches.ts'
import { measureStalls } from './search-stalls.ts'
import { SearchTexts } from './search-texts.ts'

/**
 * The index of the search with many issues (`--many N`): how long it takes to make, how long a search waits while it is being
 * made and afterwards, and what it takes of memory and disk. Then how long other requests to a node of some issues (`--node N`)
 * wait while its index is being made.
 */

/** As the node writes them. */
const AT_ONCE_CHARACTERS = 10_000
const QUERIES = 400
const YEARS = 15

const { values } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, strict: false, options: { many: { type: 'string' }, node: { type: 'string', default: '2000' } } })
const sizes = values.many === undefined ? [10_000, 100_000] : [countIn(values.many)]
const onNode = countIn(values.node)
const texts = await SearchTexts.open()
const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
try {
  if (Math.max(...sizes) > 0) await measureIndex()
  if (onNode > 0) await measureStalls(onNode, texts, join(folder, 'node'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measureIndex (): Promise<void> {
  const file = join(folder, 'search.sqlite')
  const index = new SearchIndex({ file })
  const beforeBytes = process.memoryUsage().rss
  let made = 0
  let makingMs = 0
  for (const size of sizes) {
    const startedMs = performance.now()
    const waits: number[] = []
    let peakBytes = 0
    const isDone = { is: false }
    const asking = (async () => {
      while (!isDone.is) waits.push(await timed(() => index.search(wanted(texts.word()))))
    })()
    while (made < size) {
      const batch: IndexedIssue[] = []
      for (let characters = 0; characters < AT_ONCE_CHARACTERS && made < size; characters += batch.at(-1)!.text.length) batch.push(issueNumbered(made++))
      await index.put(batch)
      for (let i = 0; i < 2 && await index.merge(); i++);
      peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
    }
    while (await index.merge());
    isDone.is = true
    await asking
    makingMs += performance.now() - startedMs
    console.log(`${size} issues of about ${SearchTexts.words} words: made in ${(makingMs / 1000).toFixed(0)} s, ${mb((await stat(file)).size)} on the disk, at most ${mb(peakBytes - beforeBytes)} more memory
  a search while it is being made: ${spreadOf(waits)}`)
    for (const [kind, query] of Object.entries(kinds())) {
      const times: number[] = []
      for (let i = 0; i < QUERIES; i++) {
        const asked = wanted(query())
        times.push(await timed(() => index.search(asked)))
      }
      console.log(`  ${kind}: ${spreadOf(times)}`)
    }
  }
  const removing: number[] = []
  for (let i = 0; i < 50; i++) removing.push(await timed(() => index.remove([{ newsletter: newsletterOf(i), id: `i${i}` }])))
  console.log(`  taking an issue out: ${spreadOf(removing)}; memory ${mb(process.memoryUsage().rss - beforeBytes)} more than at the start`)
  await index.close()
}

/** What people look for; the last two are what nobody should be able to make slow. */
function kinds (): Record<string, () => string> {
  return {
    'one word of the text': () => texts.word(),
    'two words': () => `${texts.word()} ${texts.word()}`,
    'a word while it is typed': () => `${texts.beginning()}*`,
    'a phrase': () => `"${texts.phrase()}"`,
    'a word of what is unread, in a year': () => `${texts.word()} is:unread after:2015 before:2016`,
    'the most common words': () => `the ${texts.draw() < 0.5 ? 'of' : 'and'} to a`,
    'phrases of common words that are not there': () => '"the to and of" "of the the to" "and and the"'
  }
}

function wanted (query: string): Wanted {
  const read = readQuery(query)
  return { ...read, from: [], offset: 0, limit: 20 }
}

function newsletterOf (i: number): string {
  return `${i % 50}`.padStart(52, 'y')
}

function issueNumbered (i: number): IndexedIssue {
  const text = texts.text()
  const publishedAt = new Date(Date.UTC(2026, 0, 1) - Math.floor(texts.draw() * YEARS * 31_557_600_000)).toISOString()
  return {
    newsletter: newsletterOf(i), id: `i${i}`, version: '1', publishedAt, read: texts.draw() < 0.95, saved: texts.draw() < 0.01,
    title: `${texts.word()} ${texts.word()} ${texts.word()} ${i}`, subtitle: `${texts.word()} ${texts.word()} ${texts.word()}`, summary: '', authors: ['Ada Bo'], tags: [texts.word()], text
  }
}

function countIn (text: unknown): number {
  if (typeof text !== 'string' || !/^\d{1,7}$/.test(text)) throw new WrongValue(`${String(text)} is not a number of issues.`)
  return Number(text)
}

async function timed (work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

function spreadOf (ms: number[]): string {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (part: number): string => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${sorted.at(-1)!.toFixed(1)} ms of ${sorted.length}`
}

function mb (bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
