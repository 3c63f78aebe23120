import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Ends } from '../support/namespaces.ts'
import { helpOn } from './help.ts'
import { runSuite } from './run-suite.ts'
import { SUITES } from './suites.ts'

/**
 * `npm run faults -- NAME … [--option number]`: makes faults on purpose, in the whole form of each suite unless options
 * say otherwise, and prints a line of figures for each. Its tests run a short form of the same.
 */
const words = process.argv.slice(2)
const isHelp = words.some(word => word === '--help' || word === '-h')
const { names, options } = readWords(words.filter(word => word !== '--help' && word !== '-h'))
const unknown = names.filter(name => !Object.hasOwn(SUITES, name))
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}.`)
  process.exitCode = 2
} else if (isHelp) {
  console.log(helpOn(names))
} else {
  process.setMaxListeners(10_000)
  console.error(`Node ${process.version}, ${availableParallelism()} CPUs, load ${loadavg()[0]!.toFixed(1)} at the start.`)
  for (const name of names.length > 0 ? names : Object.keys(SUITES)) await play(name)
  process.exit()
}

async function play (name: string): Promise<void> {
  const ending: (() => unknown)[] = []
  const ends = { teardown: (end: () => unknown) => { ending.unshift(end) } } as Ends
  try {
    const { figures, broken } = await runSuite(SUITES[name]!, ends, options)
    console.log(`${name}: ${broken.length === 0 ? 'holds' : 'BROKEN'}; ${Object.entries(figures).map(([what, figure]) => `${what} ${figure}`).join(', ')}`)
    for (const what of broken.slice(0, 20)) console.log(`  ${what}`)
    if (broken.length > 0) process.exitCode = 1
  } catch (error) {
    console.log(`${name}: FAILED, ${error instanceof Error ? error.stack : String(error)}`)
    process.exitCode = 1
  } finally {
    for (const end of ending) await end()
  }
}

function readWords (words: string[]): { names: string[], options: Record<string, number> } {
  const { positionals, tokens } = parseArgs({ args: words, strict: false, allowPositionals: true, tokens: true })
  const options = tokens.flatMap((token, i) => {
    if (token.kind !== 'option') return []
    const next = words[token.index + 1]
    return [[token.name, Number(token.value ?? next), i] as const]
  })
  const wrong = options.filter(([, value]) => !Number.isFinite(value)).map(([name]) => `--${name}`)
  if (wrong.length > 0) throw new Error(`${wrong.join(', ')} wants a number.`)
  return { names: positionals.filter(word => !/^[\d.]+$/.test(word)), options: Object.fromEntries(options.map(([name, value]) => [name, value])) }
}
