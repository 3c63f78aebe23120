import { BEFORE_CHARACTERS, QUOTE_CHARACTERS } from '../../../shared/api/highlight-limits.ts'

/** How the reader wants a text to look. */
export interface Appearance {
  theme: 'system' | 'light' | 'dark'
  /** 1 to 5; 3 is as the newsletter's page has it. */
  size: number
  face: 'serif' | 'sans'
  width: 'narrow' | 'normal' | 'wide'
}

/** Words that the reader has highlighted, and where they stood. */
export interface Mark { id: string, quote: string, before: string, start: number }

/** What the console tells the lectern. */
export type ToLectern =
  /** Show a page of this origin: `whole` as by itself, else only its text. */
  | { kind: 'show', path: string, whole: boolean, appearance: Appearance }
  | { kind: 'dress', appearance: Appearance }
  | { kind: 'print' }
  /** Show these marks, and no others. */
  | { kind: 'mark', marks: Mark[] }
  /** Lead to a mark. */
  | { kind: 'seek', id: string }

/** What the lectern tells the console. */
export type FromLectern =
  | { kind: 'ready' }
  /** The page at `path` is shown, or has another size now. In CSS pixels: its height, and where the blocks of its text begin. */
  | { kind: 'laid', path: string, height: number, blocks: number[] }
  /** What should have been shown is no page of an issue. */
  | { kind: 'failed' }
  /** A key that means something to the console: as `KeyboardEvent.key`, or `palette`. */
  | { kind: 'key', key: string }
  /** A link inside the text leads there. */
  | { kind: 'jump', top: number }
  /** A link leads to a newsletter. */
  | { kind: 'follow', link: string }
  /** Somebody has selected words of the text, or no longer. */
  | { kind: 'selected', quote: string, before: string, start: number }
  | { kind: 'unselected' }
  /** Marks that are shown: the others are not in the text any more. */
  | { kind: 'marked', ids: string[] }
  /** Somebody has clicked on a mark. */
  | { kind: 'highlight', id: string }

/** Keys of the console; all others are the browser's. */
const KEY = /^(?:[a-zA-Z?/,]|Escape|palette)$/
const PAGE = /^\/(?:read|preview)\/[\w@%.-]+\?pass=[\w.-]+$/
const LINK = /^colporteur:\/\/[a-z0-9]{52}(?:#[\w-]{1,200})?$/i
/** More blocks than the longest text has paragraphs; what comes after them counts as one. */
export const MOST_BLOCKS = 5_000
/** As many as the node keeps for one issue. */
const MOST_MARKS = 1_000
/** No text is taller; a browser would not draw it. */
const MOST_PIXELS = 10_000_000

export function isKeyOfConsole (key: string): boolean {
  return KEY.test(key)
}

export function isLink (text: string): boolean {
  return LINK.test(text)
}

/** Whether a message has exactly the shape of one to the lectern. */
export function isToLectern (data: unknown): data is ToLectern {
  if (!isObject(data)) return false
  switch (data.kind) {
    case 'show': return typeof data.path === 'string' && PAGE.test(data.path) && typeof data.whole === 'boolean' && isAppearance(data.appearance)
    case 'dress': return isAppearance(data.appearance)
    case 'print': return true
    case 'mark': return Array.isArray(data.marks) && data.marks.length <= MOST_MARKS && data.marks.every(isMark)
    case 'seek': return isText(data.id, 40)
    default: return false
  }
}

/** Whether a message has exactly the shape of one from the lectern. */
export function isFromLectern (data: unknown): data is FromLectern {
  if (!isObject(data)) return false
  switch (data.kind) {
    case 'ready': case 'failed': return true
    case 'laid': return typeof data.path === 'string' && isPlace(data.height) && Array.isArray(data.blocks) && data.blocks.length <= MOST_BLOCKS && data.blocks.every(isPlace)
    case 'key': return typeof data.key === 'string' && isKeyOfConsole(data.key)
    case 'jump': return isPlace(data.top)
    case 'follow': return typeof data.link === 'string' && isLink(data.link)
    case 'selected': return isQuote(data)
    case 'unselected': return true
    case 'marked': return Array.isArray(data.ids) && data.ids.length <= MOST_MARKS && data.ids.every(id => isText(id, 40))
    case 'highlight': return isText(data.id, 40)
    default: return false
  }
}

function isAppearance (data: unknown): data is Appearance {
  if (!isObject(data)) return false
  const { theme, size, face, width } = data
  return ['system', 'light', 'dark'].includes(theme as string) && [1, 2, 3, 4, 5].includes(size as number) &&
    ['serif', 'sans'].includes(face as string) && ['narrow', 'normal', 'wide'].includes(width as string)
}

function isMark (data: unknown): data is Mark {
  return isObject(data) && isText(data.id, 40) && isQuote(data)
}

function isQuote ({ quote, before, start }: Record<string, unknown>): boolean {
  return isText(quote, QUOTE_CHARACTERS) && quote !== '' && isText(before, BEFORE_CHARACTERS) && Number.isSafeInteger(start) && (start as number) >= 0
}

function isText (data: unknown, most: number): data is string {
  return typeof data === 'string' && data.length <= most
}

function isPlace (data: unknown): data is number {
  return typeof data === 'number' && data >= 0 && data <= MOST_PIXELS
}

function isObject (data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null
}
