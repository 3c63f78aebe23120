import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const writing = (_formats: Formats): Messages['writing'] => ({})
