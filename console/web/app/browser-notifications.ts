import type { Notification as Told } from '../../../shared/api/notifications.ts'
import type { Phrases } from '../messages/catalogue.ts'
import type { ConsoleParts } from './console-parts.ts'

/** Lets the browser tell of what has come, where a person has chosen that, and looks at something else. @returns how to end it */
export function notifyByBrowser ({ live, settings, router }: ConsoleParts, phrases: () => Phrases): () => void {
  return live.on('notified', told => {
    // It was allowed when it was chosen; a browser that does not allow it any more shows nothing.
    if (!settings.values.notifies || !('Notification' in window)) return
    if (told.kind !== 'test' && document.visibilityState === 'visible' && document.hasFocus()) return
    const { title, body } = wordsOf(told, phrases())
    // Of several windows with the console, the browser shows it once.
    const notification = new Notification(title, { body, tag: told.issues.map(({ ref }) => ref).join() || told.kind, silent: true })
    notification.addEventListener('click', () => {
      window.focus()
      const [only] = told.issues
      router.go(told.total === 1 && only ? `/inbox/${encodeURIComponent(only.ref)}` : '/inbox')
      notification.close()
    })
  })
}

function wordsOf ({ kind, total, issues }: Told, { holding }: Phrases): { title: string, body: string } {
  const [only] = issues
  if (kind === 'test') return { title: 'Colporteur', body: holding.notificationTest }
  if (total === 1 && only) return { title: only.newsletterTitle, body: only.title }
  return { title: holding.arrived(total), body: issues.map(({ title, newsletterTitle }) => `${newsletterTitle}: ${title}`).join('\n') }
}
