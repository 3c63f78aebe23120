import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { AppError, isAppError, messageOf } from '../errors.ts'
import { LimitedThread } from '../limited-thread.ts'
import type { PictureVerdict } from './check-picture.ts'
import type { PictureSource } from './picture-bytes.ts'
import { type AskedBytes, IN_WORDS, type PictureJob } from './picture-job.ts'
import { MOST_LOOKED_MS } from './picture-limits.ts'

/** A drawing of 4 MiB, the most that is looked at, takes a second; the rest is for a disk that others ask at the same time. */
const LIMIT_MS = 2 * MOST_LOOKED_MS
const MEMORY_MB = 512

/** Looks at pictures in a thread of its own, one after the other: with what others made of them it may take long. */
export class PictureThread {
  #thread: LimitedThread<PictureJob>
  #limitMs: number
  #waiting = 0

  constructor ({ limitMs = LIMIT_MS }: { limitMs?: number } = {}) {
    this.#limitMs = limitMs
    const program = new URL('./picture-worker.js', import.meta.url)
    this.#thread = new LimitedThread({ program, limitMs, memoryMb: MEMORY_MB, inWords: IN_WORDS, ended })
  }

  /** So many are to be looked at, with the one that is being looked at. */
  get waiting (): number { return this.#waiting }

  /** Throws only what reading throws, or INTERNAL where the thread failed. */
  async check ({ sizeBytes, read }: PictureSource): Promise<PictureVerdict> {
    const { port1: here, port2: there } = new MessageChannel()
    const reading = serveBytes(here, read)
    this.#waiting++
    try {
      return await this.#thread.run({ sizeBytes, port: there }, [there]) as PictureVerdict
    } catch (error) {
      if (reading.failure) throw reading.failure
      if (!isAppError(error) || error.code !== 'TOO_LARGE') throw error
      // The limit is far above what pictures take that somebody wants to be seen, unless the disk was slow: what was too much memory has a cause.
      const isPassing = error.cause === undefined && reading.tookMs() > this.#limitMs / 2
      return { type: null, notShown: 'it takes too long, or too much memory, to find out how large it is', isPassing }
    } finally {
      this.#waiting--
      here.close()
    }
  }

  async terminate (): Promise<void> { await this.#thread.terminate() }
}

/** Reads what the thread asks for. @returns what failed, if something did, and how long the thread has waited for it until now */
function serveBytes (port: MessagePort, read: PictureSource['read']): { failure: Error | null, tookMs: () => number } {
  let doneMs = 0
  let sinceMs: number | null = null
  const tookMs = (): number => doneMs + (sinceMs === null ? 0 : performance.now() - sinceMs)
  const reading: ReturnType<typeof serveBytes> = { failure: null, tookMs }
  const answer = async ({ start, end }: AskedBytes): Promise<void> => {
    sinceMs = performance.now()
    try {
      const blocks: Uint8Array[] = []
      for await (const block of read(start, end)) blocks.push(block)
      port.postMessage(Buffer.concat(blocks))
    } catch (error) {
      reading.failure = error instanceof Error ? error : new Error(messageOf(error), { cause: error })
      port.postMessage(null)
    } finally {
      doneMs = tookMs()
      sinceMs = null
    }
  }
  port.on('message', asked => void answer(asked as AskedBytes))
  return reading
}

function ended (): AppError {
  return new AppError('INTERNAL', 'The thread that looks at pictures has ended. Try again.')
}
