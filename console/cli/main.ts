import { readFileSync } from 'node:fs'
import { CommanderError } from 'commander'
import { failures, isAppError, messageOf } from '../../shared/errors.ts'
import { createProgram } from './program.ts'
import { Questions } from './questions.ts'
import { Terminal } from './terminal.ts'

/** Usage that commander refuses. */
const USAGE = 2

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
const terminal = new Terminal(process.stdout, process.stderr)

try {
  await createProgram({
    environment: process.env,
    stdin: process.stdin,
    questions: new Questions(process.stdin, text => terminal.prompt(text)),
    columns: terminal.columns,
    version,
    print: text => terminal.print(text),
    say: text => terminal.say(text),
    tellProgress: text => terminal.tellProgress(text)
  }).parseAsync(process.argv)
} catch (error) {
  process.exitCode = exitCodeOf(error)
  if (!(error instanceof CommanderError)) tellFailure(error)
} finally {
  terminal.endLine()
}

function exitCodeOf (error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
  return isAppError(error) ? error.exitCode : 1
}

function tellFailure (error: unknown): void {
  const code = isAppError(error) ? error.code : 'INTERNAL'
  const message = isAppError(error) ? error.message : `${failures.INTERNAL.title}: ${messageOf(error)}`
  terminal.say(process.argv.includes('--json') ? JSON.stringify({ error: { code, message } }) : `colporteur: ${message}`)
}
