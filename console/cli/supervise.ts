import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../shared/errors.ts'
import { HUNG } from '../hung.ts'
import type { Restarts } from '../restarts.ts'
import { codeOf } from './until-signal.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))

/** By which a node says that it has failed, and that it is well, and has to open everything anew. */
export const FAILED = 70
export const OPEN_ANEW = 71
/** One that fails as often as this within a minute fails again, however often it is started. */
const MOST_A_MINUTE = 5
const REST_MS = 1_000

/** What the process that runs the node says. */
export type Told = { listening: number } | { failing: string }

export interface SuperviseOptions {
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/**
 * Runs the node in a process of its own, with the same command line, and starts it anew when it fails: on the same port,
 * so that the pages that are open go on. Its end, when it was asked for, is that of this process. Ended in any way, this
 * one takes it along.
 */
export async function supervise ({ environment, say }: SuperviseOptions): Promise<void> {
  const restarts: Restarts = { count: 0, last: null }
  const recent: number[] = []
  let port: number | null = null
  let child: ChildProcess
  let asked: NodeJS.Signals | null = null
  const pass = (signal: NodeJS.Signals): void => {
    asked ??= signal
    child.kill(signal)
  }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  while (true) {
    let failing: string | null = null
    const again = port !== null && { COLPORTEUR_RESTARTS: JSON.stringify({ ...restarts, port }) }
    // Apart from the terminal, whose Ctrl-C would else reach it twice.
    child = fork(MAIN, process.argv.slice(2), { detached: true, env: { ...environment, ...again }, execArgv: process.execArgv })
    child.on('message', (told: Told) => {
      if ('listening' in told) port = told.listening
      else failing = told.failing
    })
    const [code, signal] = await once(child, 'exit') as [number | null, NodeJS.Signals | null]
    // It may not have come so far that it ends by itself, or have failed in that moment.
    if (asked) return void (process.exitCode = code === null || code === FAILED || code === OPEN_ANEW ? codeOf(asked) : code)
    const nowMs = performance.now()
    while (recent.length > 0 && nowMs - recent[0]! > 60_000) recent.shift()
    if (code === OPEN_ANEW && recent.length < MOST_A_MINUTE) {
      // At a start it is told as every start is.
      if (port === null) recent.push(nowMs)
      continue
    }
    if (code !== null && code !== FAILED) return void (process.exitCode = code)
    const reason = failing ?? (signal === HUNG ? 'It hung.' : `It was ended by ${signal ?? `code ${code}`}.`)
    if (port === null) throw new AppError('INTERNAL', `The node failed while it started. ${reason}`)
    if (recent.push(nowMs) > MOST_A_MINUTE) throw new AppError('INTERNAL', `The node failed again and again, and is not started any more. ${reason}`)
    restarts.count++
    restarts.last = { at: new Date().toISOString(), reason }
    say(`The node failed and is started again: ${reason}`)
    if (recent.length > 1) await setTimeout(REST_MS)
    if (asked) return void (process.exitCode = codeOf(asked)) // there was nobody to pass it to
  }
}
