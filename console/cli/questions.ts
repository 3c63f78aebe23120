import { createInterface, type Interface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Writable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'

/** What a terminal's stdin has besides. */
interface Input extends Readable { isTTY?: boolean }

/**
 * Asks a person on the terminal, or takes line after line from stdin where that is a file or a pipe. Secrets are asked
 * for here and never taken from the command line, which other users of the machine can read.
 */
export class Questions {
  #stdin: Input
  #say: (text: string) => void
  #lines: AsyncIterator<string> | null = null

  /** @param say writes a prompt, without ending the line */
  constructor (stdin: Readable, say: (text: string) => void) {
    this.#stdin = stdin
    this.#say = say
  }

  /** True when somebody sits there who can answer. */
  get isAnswered (): boolean { return this.#stdin.isTTY === true }

  /** True when a text was read from stdin to its end, behind which nothing comes. */
  get isSpent (): boolean { return this.#lines === null && this.#stdin.readableEnded }

  /** The next line; null when there is none. What is hidden does not show while it is typed. */
  async ask (question: string, { hidden = false } = {}): Promise<string | null> {
    // When a text was read from it to its end, it says so to nobody who listens later.
    if (this.isSpent) return null
    if (!this.isAnswered) return await this.#nextLine()
    this.#say(question)
    const lines = createInterface({ input: this.#stdin, ...(hidden ? { output: nowhere() } : { output: process.stderr, prompt: '' }), terminal: true })
    try {
      return await answerTo(lines)
    } finally {
      lines.close()
      if (hidden) this.#say('\n')
    }
  }

  async #nextLine (): Promise<string | null> {
    this.#lines ??= createInterface({ input: this.#stdin })[Symbol.asyncIterator]()
    const { done, value } = await this.#lines.next()
    return done ? null : value
  }
}

async function answerTo (lines: Interface): Promise<string | null> {
  return await new Promise((resolve, reject) => {
    lines.once('line', resolve)
    lines.once('close', () => resolve(null))
    lines.once('SIGINT', () => reject(new AppError('CANCELLED', 'Cancelled; nothing was changed.')))
  })
}

/** Swallows the echo of what is typed. */
function nowhere (): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
