import type { Messages } from './en/english.ts'
import { Formats } from './formats.ts'

export type { Messages }

export const LANGUAGES = { en: 'English', fr: 'Français' } as const
export type Language = keyof typeof LANGUAGES

/** All text of the console in one language, with how that language writes numbers and dates. */
export type Phrases = Messages & { formats: Formats }

/** The language to speak: the one chosen, or the first of the browser's that there is, or English. */
export function languageFor (chosen: Language | 'system', spoken: readonly string[]): Language {
  if (chosen !== 'system') return chosen
  const known = spoken.map(tag => tag.split('-')[0]!.toLowerCase()).find(tag => tag in LANGUAGES)
  return (known ?? 'en') as Language
}

/** @param spoken the browser's languages: its own kind of English or French writes the dates */
export async function loadPhrases (language: Language, spoken: readonly string[]): Promise<Phrases> {
  const formats = new Formats(spoken.find(tag => tag.split('-')[0] === language && isKnown(tag)) ?? language)
  const messages = language === 'fr' ? (await import('./fr/french.ts')).french(formats) : (await import('./en/english.ts')).english(formats)
  return { ...messages, formats }
}

/** False for what browsers make of odd settings, as `en-US@posix`: with it, no date could be written. */
function isKnown (tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false
  }
}
