/** An option has a value that it can't have: what the person is told, without a stack. */
export class WrongValue extends Error {}

/** Something that can be measured. */
export interface Bench {
  /** Where it lies. */
  file: string
  what: string
  /** As they are given, and what they mean. */
  options?: Record<string, string>
}

/** By the name that `npm run bench -- NAME` takes. */
export const BENCHES: Record<string, Bench> = {
  'main-job': { file: './main-job.js', what: 'start, import, and how long a reader takes to have everything' },
  copies: { file: './copies.js', what: 'what copies cost, and how soon this machine may be closed' },
  restore: { file: './restore.js', what: 'from a dead laptop to the next issue' },
  erase: { file: './erase.js', what: 'what an erasure gives back of the disk' },
  bundle: { file: './bundle.js', what: 'a bundle of 200 issues: its size, making and opening it; refusing 4 GB' },
  search: {
    file: './search.js',
    what: 'the index: making it, searching, memory; and how long requests of a node wait while it is made',
    options: { '--many N': 'issues in the index; 0: none is made (10,000 and then 100,000)', '--node N': 'issues of the node that is asked; 0: none is (2,000)' }
  },
  spread: {
    file: './spread/spread.js',
    what: 'how an issue spreads to many readers; each of the first four as often as wanted',
    options: {
      '--workload NAME': 'A, A-slow, A-slowest, text, B or C (A)',
      '--readers N': 'how many (1, 4 and 8)',
      '--mode NAME': 'connected, cold, one-left, author-gone, unequal, free-rider or churn (connected and cold)',
      '--system NAME': 'colporteur, plain or libtorrent (all)',
      '--runs N': 'of each (1)',
      '--chart FILE': 'a picture (SVG)',
      '--json': 'one line for programs'
    }
  },
  newcomer: { file: './spread/newcomer.js', what: 'how long a first issue takes when the author and ten readers are dead', options: { '--runs N': 'how often (20)' } },
  subscriptions: { file: './subscriptions.js', what: 'what very many subscriptions cost', options: { '--many N': 'how many (1,000)' } },
  archive: { file: './archive.js', what: 'what a newsletter of very many issues costs a reader', options: { '--many N': 'how many (100,000)' } },
  scripts: { file: '../browser/bench/scripts.js', what: 'how much script each page of the console brings' },
  inbox: { file: '../browser/bench/inbox.js', what: 'from a click to the inbox, with 10,000 issues in it' },
  editor: { file: '../browser/bench/editor.js', what: 'from a key to the frame that shows it, in a draft as long as a book' }
}

/** What there is to measure, or of some of it, with the options. */
export function helpOn (names: string[]): string {
  const width = Math.max(...Object.keys(BENCHES).map(name => name.length))
  const of = ([name, { what, options = {} }]: [string, Bench]): string => [
    `  ${name.padEnd(width)}  ${what}`,
    ...Object.entries(options).map(([option, meaning]) => `  ${''.padEnd(width)}    ${option.padEnd(16)}  ${meaning}`)
  ].join('\n')
  const wanted = Object.entries(BENCHES).filter(([name]) => names.length === 0 || names.includes(name))
  return `npm run bench -- NAME … [--OPTION VALUE …]\n\nMeasures, one after the other; without a name everything. With COLPORTEUR_REAL_NEWSLETTERS also real newsletters.\n\n${wanted.map(of).join('\n')}`
}

/** The options that none of these benches has. */
export function strangeOptions (names: string[], given: string[]): string[] {
  const known = names.flatMap(name => Object.keys(BENCHES[name]!.options ?? {})).map(option => option.split(' ')[0]!)
  return given.filter(word => word.startsWith('-') && !known.includes(word.split('=')[0]!))
}
