import { unwrap } from './dom.ts'

/** Whether Google Docs wrote it. */
export function isFromGoogleDocs (html: string): boolean {
  return html.includes('docs-internal-guid-')
}

/** Takes off what Google Docs wraps its text in. Returns how many pictures stay behind: their addresses open only for it. */
export function cleanGoogleDocs (body: HTMLElement): number {
  for (const wrapper of body.querySelectorAll('[id^="docs-internal-guid-"]')) {
    if (wrapper.matches('b, span')) unwrap(wrapper)
  }
  for (const item of body.querySelectorAll('li[role="checkbox"]')) {
    item.querySelector('img')?.remove()
    const target = item.querySelector('p') ?? item
    target.prepend(item.getAttribute('aria-checked') === 'true' ? '[x] ' : '[ ] ')
  }
  const pictures = body.querySelectorAll('img')
  for (const picture of pictures) picture.remove()
  return pictures.length
}
