import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { codeOf } from '../../console/cli/until-signal.ts'
import type { Ends } from '../support/namespaces.ts'
import { helpOn } from './help.ts'
import { runSuite } from './run-suite.ts'
import { SUITES } from './suites.ts'

/**
 * `npm run faults -- NAME … [--option number]`: makes faults on purpose, in the whole form of each suite unless options
 * say otherwise, and prints a line of figures for each. Its tests run a short form of the same.
 */
/** How to end what the suite that is being played has begun, the last first. */
const begun: (() => unknown)[] = []
const words = process.argv.slice(2)
const isHelp = words.some(word => word === '--help' || word === '-h')
const { names, options } = readWords(words.filter(word => word !== '--help' && word !== '-h'))
const unknown = names.filter(name => !Object.hasOwn(SUITES, name))
const chosen = names.length > 0 ? names : Object.keys(SUITES)
const isKnown = (option: string): boolean => option === 'seed' || chosen.every(name => Object.hasOwn(SUITES[name]!.options, option))
const strange = unknown.length > 0 ? [] : Object.keys(options).filter(option => !isKnown(option))
const numberless = Object.entries(options).flatMap(([option, value]) => Number.isFinite(value) ? [] : [option])
if (unknown.length > 0) {
  refuse(`There is no suite ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}.`)
} else if (isHelp) {
  console.log(helpOn(names))
} else if (strange.length > 0) {
  refuse(`${listed(strange)} is no option of ${names.join(', ') || 'all suites together'}.`, helpOn(names))
} else if (numberless.length > 0) {
  refuse(`${listed(numberless)} wants a number.`, helpOn(names))
} else {
  process.setMaxListeners(10_000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endAll().finally(() => process.exit(codeOf(signal))))
  console.error(`Node ${process.version}, ${availableParallelism()} CPUs, load ${loadavg()[0]!.toFixed(1)} at the start.`)
  for (const name of chosen) await play(name)
  process.exit()
}

function listed (options: string[]): string {
  return options.map(option => `--${option}`).join(', ')
}

function refuse (...lines: string[]): void {
  for (const line of lines) console.error(line)
  process.exitCode = 2
}

async function play (name: string): Promise<void> {
  const ends = { teardown: (end: () => unknown) => { begun.unshift(end) } } as Ends
  try {
    const outcome = await runSuite(SUITES[name]!, ends, options)
    const { figures } = outcome
    const broken = [...outcome.broken, ...outcome.slow]
    console.log(`${name}: ${broken.length === 0 ? 'holds' : 'BROKEN'}; ${Object.entries(figures).map(([what, figure]) => `${what} ${figure}`).join(', ')}`)
    for (const what of broken.slice(0, 20)) console.log(`  ${what}`)
    if (broken.length > 0) process.exitCode = 1
  } catch (error) {
    console.log(`${name}: FAILED, ${error instanceof Error ? error.stack : String(error)}`)
    process.exitCode = 1
  } finally {
    await endAll()
  }
}

/** Nodes, networks and folders of the suite that is being played. */
async function endAll (): Promise<void> {
  for (const end of begun.splice(0)) await end()
}

function readWords (words: string[]): { names: string[], options: Record<string, number> } {
  const { positionals, tokens } = parseArgs({ args: words, strict: false, allowPositionals: true, tokens: true })
  const options = tokens.flatMap(token => token.kind === 'option' ? [[token.name, Number(token.value ?? words[token.index + 1])] as const] : [])
  return { names: positionals.filter(word => !/^[\d.]+$/.test(word)), options: Object.fromEntries(options) }
}
