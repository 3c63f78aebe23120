import { safeJson } from './safe-text.ts'

const CLEAR_LINE = '\r\u001b[K'

/** Data on stdout, talk on stderr; a line of progress is rewritten where stderr is a terminal. */
export class Terminal {
  #stdout: NodeJS.WriteStream
  #stderr: NodeJS.WriteStream
  #isLineOpen = false

  /** @param options `outlivesReader`: what runs is more than what it prints, and goes on when nobody reads that */
  constructor (stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, { outlivesReader = false } = {}) {
    this.#stdout = stdout
    this.#stderr = stderr
    // Whoever reads our data may stop reading: that is no failure, and nothing is left to do.
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (outlivesReader) return
      if (error.code !== 'EPIPE') throw error
      process.exit(0)
    })
    // Whoever reads our talk, too, or the disk is full on which it is kept: what is done goes on.
    stderr.on('error', () => {})
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
