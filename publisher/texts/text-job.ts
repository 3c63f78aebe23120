import type { JobInWords } from '../../shared/limited-thread.ts'
import type { TextJobs } from './text-jobs.ts'

export interface TextJob<N extends keyof TextJobs = keyof TextJobs> { name: N, args: Parameters<TextJobs[N]> }

export const IN_WORDS: JobInWords = { thing: 'text', done: 'be read', advice: 'Write it in a simpler way, or as several issues, and try again.' }
