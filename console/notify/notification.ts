import type { Issue } from '../../shared/api/issues.ts'
import type { Notification } from '../../shared/api/notifications.ts'

const SHOWN = 5

/** What a person is told of issues that have come. */
export function notificationOf (kind: Notification['kind'], issues: Pick<Issue, 'ref' | 'title' | 'newsletterTitle'>[]): Notification {
  const shown = issues.slice(-SHOWN).reverse().map(({ ref, title, newsletterTitle }) => ({ ref, title: plain(title), newsletterTitle: plain(newsletterTitle) }))
  return { kind, total: issues.length, newsletters: new Set(issues.map(({ newsletterTitle }) => newsletterTitle)).size, issues: shown }
}

/** Title and text, for programs that know no other language. */
export function inWords ({ kind, total, newsletters, issues }: Notification): { title: string, text: string } {
  const [first] = issues
  if (kind === 'test') return { title: 'Colporteur', text: 'This is how new issues are told.' }
  if (total === 1 && first) return { title: first.newsletterTitle || 'Colporteur', text: first.title }
  const lines = issues.map(({ title, newsletterTitle }) => `${newsletterTitle}: ${title}`)
  return {
    title: `${total} new issues${newsletters > 1 ? ` from ${newsletters} newsletters` : first ? ` of ${first.newsletterTitle}` : ''}`,
    text: [...lines, ...(total > issues.length ? [`and ${total - issues.length} more`] : [])].join('\n')
  }
}

/** Of strangers: one line, without what would steer a terminal or turn it around. */
function plain (text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '').trim().slice(0, 200)
}
