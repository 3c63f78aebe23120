/** Marks that turn the text after them around, also text that is not theirs. Right-to-left writing does without them. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g
/** What others write and the console puts into its own lines. The text of an issue stands by itself. */
const NAMES = new Set(['title', 'subtitle', 'summary', 'description', 'authors', 'newsletterTitle', 'writerName'])

/**
 * What the node tells, with names that can turn nothing around: they come from anybody, and not even `<bdi>` keeps an
 * isolate in that they leave open.
 */
export function withoutTurns<T> (told: T): T {
  if (Array.isArray(told)) return told.map(withoutTurns) as T
  if (typeof told !== 'object' || told === null) return told
  return Object.fromEntries(Object.entries(told).map(([key, value]) => [key, NAMES.has(key) ? straightened(value) : withoutTurns(value as unknown)])) as T
}

function straightened (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(straightened)
  return typeof value === 'string' ? value.replace(TURNS, '') : withoutTurns(value)
}
