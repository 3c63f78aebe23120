import { Worker } from 'node:worker_threads'

const BEAT_MS = 100

/** What its thread is given. */
export interface Watching { beats: Int32Array, pid: number, doubtsFd: number | null }

/**
 * Ends this process when its event loop is stuck for good, which it can't notice itself: whoever started it then starts it
 * anew. See {@link ./watchdog-worker.ts}.
 */
export class Watchdog {
  #beats = new Int32Array(new SharedArrayBuffer(8))
  #worker: Worker
  #timer: NodeJS.Timeout

  /** @param options `doubtsFd`: see {@link DOUBTS_FD}; null: nobody listens */
  constructor ({ doubtsFd }: { doubtsFd: number | null }) {
    const workerData: Watching = { beats: this.#beats, pid: process.pid, doubtsFd }
    this.#worker = new Worker(new URL('./watchdog-worker.js', import.meta.url), { workerData, stdout: false })
    this.#worker.unref()
    this.#timer = setInterval(() => { Atomics.add(this.#beats, 0, 1) }, BEAT_MS).unref()
  }

  /** From now on its turns are short; while it was being opened, they did not have to be. */
  opened (): void { Atomics.store(this.#beats, 1, 1) }

  async close (): Promise<void> {
    clearInterval(this.#timer)
    await this.#worker.terminate()
  }
}
