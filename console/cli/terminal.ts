import { safeJson } from './safe-text.ts'

const CLEAR_LINE = '\r\u001b[K'

/** Data on stdout, talk on stderr; a line of progress is rewritten where stderr is a terminal. */
export class Terminal {
  #stdout: NodeJS.WriteStream
  #stderr: NodeJS.WriteStream
  #isLineOpen = false

  constructor (stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream) {
    this.#stdout = stdout
    this.#stderr = stderr
    // Whoever reads our data may stop reading: that is no failure, and nothing is left to do. Whoever reads our talk, too: what is done goes on.
    for (const stream of [stdout, stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error
        if (stream === stdout) process.exit(0)
      })
    }
  }

  /** Null where stdout is no terminal. */
  get columns (): number | null {
    return this.#stdout.isTTY ? this.#stdout.columns : null
  }

  print (text: string): void {
    this.#stdout.write(`${text}\n`)
  }

  /** Programs get it as it is. */
  printJson (json: string): void {
    this.print(this.#stdout.isTTY ? safeJson(json) : json)
  }

  say (text: string): void {
    this.endLine()
    this.#stderr.write(`${text}\n`)
  }

  /** Asks on stderr; the answer stands behind it. */
  prompt (text: string): void {
    this.endLine()
    this.#stderr.write(text)
  }

  tellProgress (text: string): void {
    if (!this.#stderr.isTTY) return this.say(text)
    this.#stderr.write(`${CLEAR_LINE}${text}`)
    this.#isLineOpen = true
  }

  endLine (): void {
    if (this.#isLineOpen) this.#stderr.write('\n')
    this.#isLineOpen = false
  }
}
