import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Wanted } from '../../subscriber/search/found.ts'
import type { IndexedIssue } from '../../subscriber/search/indexed-issue.ts'
import { SearchIndex } from '../../subscriber/search/search-index.ts'
import { readQuery } from '../../subscriber/search/search-query.ts'
import { realNewsletters } from '../support/real-newsletters.ts'

/**
 * The index of the search with many issues: how long it takes to make, how long a search waits while it is being made and
 * afterwards, and what it takes of memory and disk. The texts are pieces of real newsletters, shuffled, where
 * COLPORTEUR_REAL_NEWSLETTERS names some, else words that are as unevenly used as those of a language.
 */

const SIZES = [10_000, 100_000]
const WORDS = 400
/** As the node writes them. */
const AT_ONCE_CHARACTERS = 10_000
const QUERIES = 400
const YEARS = 15

let seed = 7
const draw = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32

const paragraphs = await someParagraphs()
const vocabulary = [...new Set(paragraphs.join(' ').match(/\p{L}{3,}/gu))]
const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
try {
  const file = join(folder, 'search.sqlite')
  const index = new SearchIndex({ file })
  const beforeBytes = process.memoryUsage().rss
  let made = 0
  let makingMs = 0
  for (const size of SIZES) {
    const startedMs = performance.now()
    const waits: number[] = []
    let peakBytes = 0
    const isDone = { is: false }
    const asking = (async () => {
      while (!isDone.is) waits.push(await timed(() => index.search(wanted(wordLike()))))
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
    console.log(`${size} issues of about ${WORDS} words: made in ${(makingMs / 1000).toFixed(0)} s, ${mb((await stat(file)).size)} on the disk, at most ${mb(peakBytes - beforeBytes)} more memory
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
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** What people look for; the last two are what nobody should be able to make slow. */
function kinds (): Record<string, () => string> {
  return {
    'one word of the text': wordLike,
    'two words': () => `${wordLike()} ${wordLike()}`,
    'a word while it is typed': () => `${vocabulary[Math.floor(draw() * vocabulary.length)]!.slice(0, 2 + Math.floor(draw() * 3))}*`,
    'a phrase': phraseLike,
    'a word of what is unread, in a year': () => `${wordLike()} is:unread after:2015 before:2016`,
    'the most common words': () => `the ${draw() < 0.5 ? 'of' : 'and'} to a`,
    'phrases of common words that are not there': () => '"the to and of" "of the the to" "and and the"'
  }
}

function wanted (query: string): Wanted {
  const read = readQuery(query)
  return { ...read, from: [], offset: 0, limit: 20 }
}

/** As often as texts have it. */
function wordLike (): string {
  const words = paragraphs[Math.floor(draw() * paragraphs.length)]!.match(/\p{L}{3,}/gu) ?? ['word']
  return words[Math.floor(draw() * words.length)]!
}

function phraseLike (): string {
  const words = paragraphs[Math.floor(draw() * paragraphs.length)]!.match(/\p{L}+/gu) ?? ['word']
  const at = Math.floor(draw() * Math.max(1, words.length - 2))
  return `"${words.slice(at, at + 3).join(' ')}"`
}

function newsletterOf (i: number): string {
  return `${i % 50}`.padStart(52, 'y')
}

function issueNumbered (i: number): IndexedIssue {
  const text: string[] = []
  for (let words = 0; words < WORDS;) {
    const paragraph = paragraphs[Math.floor(draw() * paragraphs.length)]!
    text.push(paragraph)
    words += paragraph.split(/\s+/).length
  }
  const publishedAt = new Date(Date.UTC(2026, 0, 1) - Math.floor(draw() * YEARS * 31_557_600_000)).toISOString()
  return {
    newsletter: newsletterOf(i), id: `i${i}`, version: '1', publishedAt, read: draw() < 0.95, saved: draw() < 0.01,
    title: `${wordLike()} ${wordLike()} ${wordLike()} ${i}`, subtitle: `${wordLike()} ${wordLike()} ${wordLike()}`, summary: '', authors: ['Ada Bo'], tags: [wordLike()], text: text.join('\n')
  }
}

async function someParagraphs (): Promise<string[]> {
  const texts: string[] = []
  for (const { folder } of await realNewsletters()) {
    for (const name of await readdir(folder, { recursive: true })) if (name.endsWith('.md')) texts.push(await readFile(join(folder, name), 'utf8'))
  }
  const real = texts.flatMap(text => text.split(/\n{2,}/)).filter(text => text.length > 80 && text.length < 2000)
  return real.length > 1000 ? real : Array.from({ length: 5000 }, () => Array.from({ length: 60 }, unevenWord).join(' '))
}

/** Of 60,000 words, by Zipf. */
function unevenWord (): string {
  const rank = Math.floor(60_000 ** draw())
  return ['', 'the', 'of', 'and', 'to', 'a'][rank] ?? [...String(rank)].map(digit => ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'ro', 'su'][Number(digit)]).join('')
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
