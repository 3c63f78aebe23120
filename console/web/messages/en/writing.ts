import type { Formats } from '../formats.ts'

export const writing = (_formats: Formats) => ({})
