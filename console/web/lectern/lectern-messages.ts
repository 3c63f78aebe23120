/** How the reader wants a text to look. */
export interface Appearance {
  theme: 'system' | 'light' | 'dark'
  /** 1 to 5; 3 is as the newsletter's page has it. */
  size: number
  face: 'serif' | 'sans'
  width: 'narrow' | 'normal' | 'wide'
}

/** What the console tells the lectern. */
export type ToLectern =
  /** Show a page of this origin: `whole` as by itself, else only its text. */
  | { kind: 'show', path: string, whole: boolean, appearance: Appearance }
  | { kind: 'dress', appearance: Appearance }
  | { kind: 'print' }

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

/** Keys of the console; all others are the browser's. */
const KEY = /^(?:[a-zA-Z?/,]|Escape|palette)$/
const PAGE = /^\/(?:read|preview)\/[\w@%.-]+\?pass=[\w.-]+$/
const LINK = /^colporteur:\/\/[a-z0-9]{52}(?:#[\w-]{1,200})?$/i
/** More blocks than the longest text has paragraphs; what comes after them counts as one. */
export const MOST_BLOCKS = 5_000
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
    default: return false
  }
}

function isAppearance (data: unknown): data is Appearance {
  if (!isObject(data)) return false
  const { theme, size, face, width } = data
  return ['system', 'light', 'dark'].includes(theme as string) && [1, 2, 3, 4, 5].includes(size as number) &&
    ['serif', 'sans'].includes(face as string) && ['narrow', 'normal', 'wide'].includes(width as string)
}

function isPlace (data: unknown): data is number {
  return typeof data === 'number' && data >= 0 && data <= MOST_PIXELS
}

function isObject (data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null
}
