import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../shared/errors.ts'
import { DOUBTS_FD, GOES_ON } from '../hung.ts'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url))

/** In the place of how it is started again: that is told when it is needed. */
export const LATER = 'later'

/** What the process that runs the node says. */
export type Told = { listening: number } | { failing: string }

/** How a process that ran the node came to its end. */
export interface End {
  code: number | null
  signal: NodeJS.Signals | null
  failing: string | null
  /** So long it answered; 0: it never did. */
  ranMs: number
}

export interface NodeProcessOptions {
  environment: Record<string, string | undefined>
  /** How it is started again, or {@link LATER}; undefined: it is started for the first time. */
  restarts: string | undefined
  onListening: (port: number) => void
  /** It may hang, or goes on after all. */
  onDoubt: (mayHang: boolean) => void
}

/** A process that runs the node, by the command line of this one. */
export class NodeProcess {
  readonly ended: Promise<End>
  #child: ChildProcess | null = null

  constructor (options: NodeProcessOptions) {
    this.ended = this.#run(options)
  }

  /** One that was started for {@link LATER}, and has loaded everything meanwhile. */
  begin (restarts: string): void {
    if (this.#child?.connected) this.#child.send(restarts, () => {}) // whether it has ended is seen by its end
  }

  kill (signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  async #run ({ environment, restarts, onListening, onDoubt }: NodeProcessOptions): Promise<End> {
    let failing: string | null = null
    let listeningMs: number | null = null
    const end = (code: number | null, signal: NodeJS.Signals | null): End => (
      { code, signal, failing, ranMs: listeningMs === null ? 0 : performance.now() - listeningMs }
    )
    let doubts: Readable | undefined
    try {
      const child = fork(MAIN, process.argv.slice(2), {
        detached: true, // apart from the terminal, whose Ctrl-C would else reach it twice
        env: { ...environment, COLPORTEUR_WATCHED: '1', COLPORTEUR_RESTARTS: restarts },
        execArgv: process.execArgv,
        stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe']
      })
      this.#child = child
      doubts = child.stdio[DOUBTS_FD] as Readable | undefined // none where it could not be started
      doubts?.on('data', (said: Buffer) => onDoubt(said.at(-1) !== GOES_ON)).on('error', () => {}) // of one that has ended
      child.on('message', (told: Told) => {
        if ('failing' in told) return void (failing = told.failing)
        listeningMs = performance.now()
        onListening(told.listening)
      })
      return end(...await once(child, 'exit') as [number | null, NodeJS.Signals | null])
    } catch (error) {
      failing = `No process could be started for it: ${messageOf(error)}.`
      return end(null, null)
    } finally {
      doubts?.destroy() // what it says of itself does not concern the next one
    }
  }
}
