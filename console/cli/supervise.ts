import { setTimeout } from 'node:timers/promises'
import { failures } from '../../shared/errors.ts'
import { HUNG } from '../hung.ts'
import type { Restarts } from '../restarts.ts'
import { type End, LATER, NodeProcess } from './node-process.ts'
import { type NextStart, RestartPlan } from './restart-plan.ts'
import { codeOf } from './until-signal.ts'

/** By which a node says that it has failed, and that it is well, and has to open everything anew. */
export const FAILED = 70
export const OPEN_ANEW = 71
/** With these a node ends that did answer, and that no other start is to follow: it was asked to, or another one has its home. */
const MEANT: readonly number[] = [0, codeOf('SIGINT'), codeOf('SIGTERM'), failures.HOME_LOCKED.exit]

export interface SuperviseOptions {
  environment: Record<string, string | undefined>
  say: (text: string) => void
}

/**
 * Runs the node in a process of its own, with the same command line, and starts it anew when it fails: on the same port,
 * so that the pages that are open go on. While one may hang, another one is loaded, which takes its place when it does. Its end,
 * when it was asked for or no other start could be better, is that of this process. Ended in any way, this one takes it along.
 */
export async function supervise ({ environment, say }: SuperviseOptions): Promise<void> {
  const plan = new RestartPlan()
  const restarts: Restarts = { count: 0, last: null, inARow: 0, waitedMs: 0, isCareful: false }
  const said = new Set<string>()
  const waiting = new AbortController()
  let port: number | null = null
  let node: NodeProcess | null = null
  let successor: NodeProcess | null = null
  let asked: NodeJS.Signals | null = null
  const pass = (signal: NodeJS.Signals): void => {
    asked ??= signal
    node?.kill(signal)
    waiting.abort()
  }
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)

  const start = (restarts: string | undefined): NodeProcess => new NodeProcess({
    environment,
    restarts,
    onListening: its => { port = its },
    onDoubt: mayHang => { if (mayHang) loadAnother(); else letGo() }
  })
  const loadAnother = (): void => {
    const another = successor ??= start(LATER)
    void another.ended.then(() => { if (successor === another) successor = null })
  }
  const letGo = (): void => {
    successor?.kill('SIGKILL')
    successor = null
  }
  const run = async (): Promise<End> => {
    const again = port !== null || restarts.inARow > 0 ? JSON.stringify({ ...restarts, port }) : undefined
    if (again && successor) {
      node = successor
      successor = null
      node.begin(again)
    } else node = start(again)
    return await node.ended
  }

  try {
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
  } finally {
    letGo()
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
