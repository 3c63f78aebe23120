import type { Readable } from 'node:stream'
import type { Told } from './node-process.ts'
import type { Questions } from './questions.ts'

/** What a command may see of the world outside. */
export interface Context {
  environment: Record<string, string | undefined>
  stdin: Readable
  /** Asks the person, or stdin. */
  questions: Questions
  /** Data. */
  print: (text: string) => void
  /** Talk, on stderr. */
  say: (text: string) => void
  /** Rewrites the last line on stderr where that is a terminal. */
  tellProgress: (text: string) => void
  /** Columns of the terminal; null: no terminal. */
  columns: number | null
  version: string
  /** Tells the process that watches over this one; null: none does. */
  tellSupervisor: ((told: Told) => void) | null
  /** What that process says of how this one is started again; undefined: it is started for the first time. */
  restarts: string | undefined
}

/** Options that every command has. */
export interface CommonOptions {
  home?: string
  json?: boolean
  quiet?: boolean
}
