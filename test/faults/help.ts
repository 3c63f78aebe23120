import { SUITES } from './suites.ts'

const WHAT: Record<string, string> = {
  kill: 'machines that are killed while they publish, fetch, restore, open backups and bundles, and take over',
  documents: 'hostile texts in every form in which they leave a node',
  mute: 'peers that say that they have everything, and never answer: so many, or 1, 9, 49 and 99 in turn (0)',
  strangers: 'strangers that take every place before the author comes: so many, or 64, 150 and 500 in turn (0)',
  drives: 'drives that break every rule, beside an honest one',
  frames: 'peers that say what no honest one would, on every channel',
  disk: 'a disk that is filled up during a download, and emptied again',
  power: 'power cuts in the middle of publishing',
  flips: 'bits that turn over in a reader\'s store, and elsewhere in a home',
  rollback: 'homes that come back older, or live twice',
  split: 'a writer who shows two histories to two readers',
  web: 'requests of other pages, other programs and broken clients',
  hang: 'nodes whose event loop hangs, and how soon they answer and fetch again',
  chaos: 'seven nodes that are killed, cut off and brought back'
}

/** What faults there are to make, or some of them, each with its options and how often it is done without. */
export function helpOn (names: string[]): string {
  const wanted = Object.entries(SUITES).filter(([name]) => names.length === 0 || names.includes(name))
  const lines = wanted.flatMap(([name, { options }]) => [
    `  ${name.padEnd(10)}  ${WHAT[name] ?? ''}`.trimEnd(),
    ...Object.entries(options).map(([option, usual]) => `  ${''.padEnd(10)}    --${option} N  (${usual.toLocaleString('en')})`)
  ])
  return `npm run faults -- NAME … [--OPTION N …]\n\nMakes faults on purpose, one kind after the other; without a name every kind. --seed N plays the same again.\n\n${lines.join('\n')}`
}
