import { availableParallelism, loadavg } from 'node:os'

/** What can be measured, by the name that `npm run bench -- NAME` takes, and where. */
const BENCHES: Record<string, string> = {
  'main-job': './main-job.js',
  copies: './copies.js',
  restore: './restore.js',
  erase: './erase.js',
  bundle: './bundle.js',
  search: './search.js',
  spread: './spread/spread.js',
  newcomer: './spread/newcomer.js',
  subscriptions: './subscriptions.js',
  archive: './archive.js',
  scripts: '../browser/bench/scripts.js',
  inbox: '../browser/bench/inbox.js',
  editor: '../browser/bench/editor.js'
}

// What follows an option is the bench's own to read.
const options = process.argv.findIndex((word, i) => i > 1 && word.startsWith('-'))
const names = process.argv.slice(2, options === -1 ? undefined : options)
const unknown = names.filter(name => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`)
  process.exitCode = 2
} else {
  // Not on stdout, where a bench may print what a program reads.
  console.error(`Node ${process.version}, ${availableParallelism()} CPUs, load ${loadavg()[0]!.toFixed(1)} at the start: times count where the machine has nothing else to do.`)
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) await import(BENCHES[name]!)
}
