import type { Formats } from '../formats.ts'

export const machine = (_formats: Formats) => ({})
