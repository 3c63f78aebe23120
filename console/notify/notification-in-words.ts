import type { Notification } from '../../shared/api/notifications.ts'

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
