import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { failures, messageOf } from '../../shared/errors.ts'
import { HUNG } from '../hung.ts'
import type { Restarts } from '../restarts.ts'
import { type NextStart, RestartPlan } from './restart-plan.ts'
import { codeOf } from './until-signal.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))

/** By which a node says that it has failed, and that it is well, and has to open everything anew. */
export const FAILED = 70
export const OPEN_ANEW = 71
/** With these a node ends that did answer, and that no other start is to follow: it was asked to, or another one has its home. */
const MEANT: readonly number[] = [0, codeOf('SIGINT'), codeOf('SIGTERM'), failures.HOME_LOCKED.exit]

/** What the process that runs the node says. */
export type Told = { listening: number } | { failing: string }

export interface SuperviseOptions {
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/** How a process that ran the node came to its end. */
interface End {
  code: number | null
  signal: NodeJS.Signals | null
  failing: string | null
  /** So long it answered; 0: it never did. */
  ranMs: number
}

/**
 * Runs the node in a process of its own, with the same command line, and starts it anew when it fails: on the same port,
 * so that the pages that are open go on. Its end, when it was asked for or no other start could be better, is that of this
 * process. Ended in any way, this one takes it along.
 */
export async function supervise ({ environment, say }: SuperviseOptions): Promise<void> {
  const plan = new RestartPlan()
  const restarts: Restarts = { count: 0, last: null, inARow: 0, waitedMs: 0, isCareful: false }
  const said = new Set<string>()
  const waiting = new AbortController()
  let port: number | null = null
  let child: ChildProcess | null = null
  let asked: NodeJS.Signals | null = null
  const pass = (signal: NodeJS.Signals): void => {
    asked ??= signal
    child?.kill(signal)
    waiting.abort()
  }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)

  const run = async (): Promise<End> => {
    let failing: string | null = null
    let listeningMs: number | null = null
    const again = (port !== null || restarts.inARow > 0) && { COLPORTEUR_RESTARTS: JSON.stringify({ ...restarts, port }) }
    const ended = (code: number | null, signal: NodeJS.Signals | null): End => (
      { code, signal, failing, ranMs: listeningMs === null ? 0 : performance.now() - listeningMs }
    )
    try {
      // Apart from the terminal, whose Ctrl-C would else reach it twice.
      child = fork(MAIN, process.argv.slice(2), { detached: true, env: { ...environment, ...again }, execArgv: process.execArgv })
      child.on('message', (told: Told) => {
        if ('failing' in told) return void (failing = told.failing)
        port = told.listening
        listeningMs = performance.now()
      })
      return ended(...await once(child, 'exit') as [number | null, NodeJS.Signals | null])
    } catch (error) {
      failing = `No process could be started for it: ${messageOf(error)}.`
      return ended(null, null)
    }
  }

  while (true) {
    const { code, signal, failing, ranMs } = await run()
    // What is in the way of one that did answer may pass: its home may lie on a disk that is away for a moment.
    const hasFailed = code === null || code === FAILED || (port !== null && code !== OPEN_ANEW && !MEANT.includes(code))
    // It may not have come so far that it ends by itself, or have failed in that moment.
    if (asked) return void (process.exitCode = code === null || code === FAILED || code === OPEN_ANEW ? codeOf(asked) : code)
    if (!hasFailed && code !== OPEN_ANEW) return void (process.exitCode = code)
    // Who has to open everything anew before anything was open may have to once more.
    const next = hasFailed || ranMs === 0 ? plan.failed(ranMs) : plan.ended()
    const reason = failing ?? (code === OPEN_ANEW ? 'It had to open everything anew before anything was open.' : reasonOf(code, signal))
    if (hasFailed) {
      restarts.count++
      restarts.last = { at: new Date().toISOString(), reason }
    }
    if (hasFailed || next.isCareful) {
      if (plan.inARow === 1) said.clear()
      const text = `${againOf(next)} ${reason}`
      if (!said.has(text)) say(text)
      said.add(text)
    }
    Object.assign(restarts, { inARow: plan.inARow, waitedMs: next.waitMs, isCareful: next.isCareful })
    await setTimeout(next.waitMs, undefined, { signal: waiting.signal }).catch(() => {}) // asked to end meanwhile
    if (asked) return void (process.exitCode = codeOf(asked)) // there was nobody to pass it to
  }
}

function reasonOf (code: number | null, signal: NodeJS.Signals | null): string {
  return signal === HUNG ? 'It hung.' : `It was ended by ${signal ?? `code ${code}`}.`
}

/** The same is said once, however often it comes true. */
function againOf ({ waitMs, isCareful }: NextStart): string {
  if (isCareful) return 'The node fails soon after each start, and is started again without the network and without reading anything new, so that what is here can be read. It tries with others again and again. It failed:'
  if (waitMs === 0) return 'The node failed and is started again:'
  return `The node failed again and is started again in ${waitMs / 1_000} s; if that goes on, later each time, up to a minute:`
}
