import type { TextJobs } from './text-jobs.ts'

export interface TextJob<N extends keyof TextJobs = keyof TextJobs> { name: N, args: Parameters<TextJobs[N]> }

/** What a text is too large for, and what to do then. */
export const IN_WORDS = { done: 'be read', advice: 'Write it in a simpler way, or as several issues, and try again.' }
