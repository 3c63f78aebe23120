import type { Connection } from 'hyperswarm'

type RawStream = NonNullable<Connection['rawStream']>

/** What is no larger than this goes at once: a message, and no block. */
const SMALL_BYTES = 8 * 1024

/** The stream below a connection, into which large writes go piece by piece, each when it is let go. */
export class Piecewise {
  readonly #write: (buffers: Buffer[], done: (error: Error | null) => void) => void
  readonly #pieceBytes: () => number
  readonly #onWaiting: () => void
  readonly #onWritten: (bytes: number) => void
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #done: ((error: Error | null) => void) | null = null
  #isWriting = false

  /**
   * Wraps methods of udx-native 1.21.3 (`lib/stream.js`).
   *
   * @param options.pieceBytes how large a piece is; `onWaiting`: there is something to be let go
   */
  constructor (raw: RawStream, { pieceBytes, onWaiting, onWritten }: { pieceBytes: () => number, onWaiting: () => void, onWritten: (bytes: number) => void }) {
    this.#pieceBytes = pieceBytes
    this.#onWaiting = onWaiting
    this.#onWritten = onWritten
    this.#write = raw._writev.bind(raw)
    const predestroy = raw._predestroy.bind(raw)
    raw._writev = (buffers, done) => {
      const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0)
      if (bytes > SMALL_BYTES) return this.#hold(buffers, bytes, done)
      onWritten(bytes)
      this.#write(buffers, done)
    }
    raw._predestroy = () => {
      this.#waiting = []
      this.#waitingBytes = 0
      predestroy()
      this.#end()
    }
  }

  /** Bytes that can be let go; 0: none, or the stream takes no more just now. */
  get nextBytes (): number { return this.#isWriting ? 0 : this.#waiting[0]?.byteLength ?? 0 }

  /** Bytes that wait to be let go. */
  get waitingBytes (): number { return this.#waitingBytes }

  /** Lets one piece go. */
  writeNext (): void {
    const piece = this.#waiting.shift()!
    this.#waitingBytes -= piece.byteLength
    this.#isWriting = true
    this.#onWritten(piece.byteLength)
    this.#write([piece], () => {
      this.#isWriting = false
      if (this.#waiting.length === 0) this.#end()
      else this.#onWaiting()
    })
  }

  #hold (buffers: Buffer[], bytes: number, done: (error: Error | null) => void): void {
    const most = this.#pieceBytes()
    for (const buffer of buffers) for (let at = 0; at < buffer.byteLength; at += most) this.#waiting.push(buffer.subarray(at, at + most))
    this.#waitingBytes = bytes
    this.#done = done
    this.#onWaiting()
  }

  #end (): void {
    const done = this.#done
    this.#done = null
    done?.(null)
  }
}
