import { availableParallelism, loadavg } from 'node:os'
import { BENCHES, helpOn, strangeOptions, WrongValue } from './benches.ts'

// What follows an option is the bench's own to read.
const words = process.argv.slice(2)
const options = words.findIndex(word => word.startsWith('-'))
const names = options === -1 ? words : words.slice(0, options)
const given = options === -1 ? [] : words.slice(options)
const unknown = names.filter(name => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) refuse(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`)
else if (given.includes('--help') || given.includes('-h')) console.log(helpOn(names))
else {
  const chosen = names.length > 0 ? names : Object.keys(BENCHES)
  const strange = strangeOptions(names, given)
  if (strange.length > 0) refuse(`${strange.join(', ')} is no option of ${names.join(', ') || 'all benches together'}. "npm run bench -- --help" tells which there are.`)
  else await measure(chosen)
}

async function measure (chosen: string[]): Promise<void> {
  // Not on stdout, where a bench may print what a program reads.
  console.error(`Node ${process.version}, ${availableParallelism()} CPUs, load ${loadavg()[0]!.toFixed(1)} at the start: times count where the machine has nothing else to do.`)
  try {
    for (const name of chosen) await import(BENCHES[name]!.file)
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error
    refuse(error.message)
  }
}

function refuse (why: string): void {
  console.error(why)
  process.exitCode = 2
}
