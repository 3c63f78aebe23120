import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'

export const machine = (_formats: Formats): Messages['machine'] => ({})
