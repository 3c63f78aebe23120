import type { MessagePort } from 'node:worker_threads'
import type { JobInWords } from '../limited-thread.ts'

/** A picture for the thread that looks at them. */
export interface PictureJob {
  sizeBytes: number
  /** There it asks for what it needs ({@link AskedBytes}), and gets the bytes, or null where they can not be read. */
  port: MessagePort
}

/** From byte `start` to byte `end`, inclusive. */
export interface AskedBytes { start: number, end: number }

export const IN_WORDS: JobInWords = { thing: 'picture', done: 'be looked at', advice: 'Save the file to have it as it is.' }
