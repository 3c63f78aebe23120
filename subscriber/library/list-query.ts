import type { JSValue } from 'node-sqlite3-wasm'
import type { ListFilter } from './library-issue.ts'
import { READABLE } from './schema.ts'

/** The key of the newsletter with an address, inside a statement. */
export const KEY = '(SELECT key FROM newsletters WHERE address = ?)'

/** Which issues a list has, as SQL on `issues` and `newsletters`. */
export interface ListQuery {
  /** Gives the order as well, so that a page reads no more rows than it shows. */
  index: string
  conditions: string[]
  values: JSValue[]
}

/** Saved issues stay in their list whatever becomes of the newsletter; an inbox is of subscriptions alone. */
export function listQuery ({ unread, saved, newsletter, text }: ListFilter): ListQuery {
  const conditions: string[] = []
  const values: JSValue[] = []
  if (newsletter !== undefined) {
    conditions.push(`issues.newsletter = ${KEY}`)
    values.push(newsletter)
  } else if (!saved) {
    conditions.push('newsletters.subscribed')
  }
  if (unread) conditions.push(`issues.${READABLE}`, 'issues.read = 0')
  if (saved) conditions.push('issues.saved = 1')
  if (text !== undefined && text.trim() !== '') {
    conditions.push("(issues.folded LIKE ? ESCAPE '\\' OR newsletters.folded LIKE ? ESCAPE '\\')")
    const pattern = `%${folded(text.trim()).replace(/[\\%_]/g, character => `\\${character}`)}%`
    values.push(pattern, pattern)
  }
  return { index: indexFor({ unread, saved, newsletter }), conditions, values }
}

function indexFor ({ unread, saved, newsletter }: ListFilter): string {
  if (saved) return 'issues_saved'
  if (newsletter !== undefined) return unread ? 'issues_unread_of_newsletter' : 'issues_of_newsletter'
  return unread ? 'issues_unread' : 'issues_newest'
}

/** As two texts are compared by a person who looks for one: without case and accents. */
export function folded (text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
