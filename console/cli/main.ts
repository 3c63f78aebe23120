import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { failures, isAppError, messageOf } from '../../shared/errors.ts'
import { LATER } from './node-process.ts'
import { Questions } from './questions.ts'
import { safeJson, safeLines } from './safe-text.ts'
import { supervise } from './supervise.ts'
import { Terminal } from './terminal.ts'

/** Usage that commander refuses. */
const USAGE = 2

const WORDS_SEEN = 'If these were recovery words: they are never given on the command line, where other users and the history of the shell see them. Give the command without them, type them when it asks, and take them out of that history.'
/** A sentence rarely has so many short words in a row without any sign between them. */
const MANY_WORDS = /(?:\b[a-z]{3,8}\s+){11}[a-z]{3,8}\b/i

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
const isStart = process.argv[2] === 'start'
const terminal = new Terminal(process.stdout, process.stderr, { outlivesReader: isStart })
const isJson = process.argv.includes('--json')
// Another program that started this one may have a channel to it, too.
const tell = process.env['COLPORTEUR_WATCHED'] ? process.send?.bind(process) : undefined
let restarts = process.env['COLPORTEUR_RESTARTS']
// That is said to this process, and not to the programs that it starts.
delete process.env['COLPORTEUR_WATCHED']
delete process.env['COLPORTEUR_RESTARTS']
// Who watches over this process was ended by force, and this one is meant, too.
process.channel?.unref() // it keeps nothing waiting
if (tell) process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

try {
  // What watches over a node loads nothing of it.
  if (isStart && !tell) await supervise({ environment: process.env, say: text => terminal.say(text) })
  else await runProgram()
} catch (error) {
  process.exitCode = exitCodeOf(error)
  if (!(error instanceof CommanderError)) tellFailure(error)
  if (process.exitCode !== 0 && hasWords(process.argv.slice(2))) terminal.say(WORDS_SEEN)
} finally {
  terminal.endLine()
}

async function runProgram (): Promise<void> {
  if (tell && restarts === LATER) restarts = await loadAndWait()
  const { createProgram } = await import('./program.ts')
  await createProgram({
    environment: process.env,
    stdin: process.stdin,
    questions: new Questions(process.stdin, text => terminal.prompt(text)),
    columns: terminal.columns,
    version,
    tellSupervisor: tell ? told => { tell(told) } : null,
    restarts,
    print: text => isJson ? terminal.printJson(text) : terminal.print(text),
    say: text => terminal.say(text),
    tellProgress: text => terminal.tellProgress(text)
  }).parseAsync(process.argv)
}

/** Does what takes most of a start, and opens nothing, until the node is needed; gives how it is started again then. */
async function loadAndWait (): Promise<string> {
  const needed = once(process, 'message') as Promise<[string]>
  process.channel?.ref()
  await Promise.all([import('./program.ts'), import('../node.ts')])
  const [restarts] = await needed
  process.channel?.unref()
  return restarts
}

function hasWords (given: string[]): boolean {
  return MANY_WORDS.test(given.join(' '))
}

function exitCodeOf (error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  return isAppError(error) ? error.exitCode : 1
}

function tellFailure (error: unknown): void {
  const code = isAppError(error) ? error.code : 'INTERNAL'
  const message = isAppError(error) ? error.message : `${failures.INTERNAL.title}: ${messageOf(error)}`
  terminal.say(isJson ? safeJson(JSON.stringify({ error: { code, message } })) : `colporteur: ${safeLines(message)}`)
}
