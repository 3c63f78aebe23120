import { rename, styleOf, unwrap } from './dom.ts'

const LIST = /mso-list:\s*l(\d+)\s+level(\d+)/
/** "1.", "a)", "iv." and the like; everything else is a bullet. */
const NUMBERED = /^[\s\u00a0(]*(?:\d+|[a-z]{1,4})[.)]/i
const CLASSES: [selector: string, name: string][] = [
  ['p.MsoTitle', 'h1'], ['p.MsoSubtitle', 'h2'], ['p.MsoQuote, p.MsoIntenseQuote', 'blockquote']
]

/** Whether Word wrote it: its lists and notes are paragraphs that only its own style sheets tell apart. */
export function isFromWord (html: string): boolean {
  return /urn:schemas-microsoft-com:office:word|class=["']?Mso|mso-list:/i.test(html)
}

/** Makes of what Word puts on the clipboard the elements that it stands for. */
export function cleanWord (body: HTMLElement): void {
  for (const hidden of body.querySelectorAll('[data-style*="mso-hide:all" i], [data-style*="mso-element:comment" i], .MsoCommentReference')) hidden.remove()
  // What Word calls a paragraph mark is a space when it is alone, and nothing otherwise.
  for (const mark of [...body.getElementsByTagName('o:p')]) mark.remove()
  for (const [selector, name] of CLASSES) for (const element of body.querySelectorAll(selector)) rename(element, name)
  notes(body)
  lists(body)
}

/** Footnotes and endnotes as Markdown writes them. */
function notes (body: HTMLElement): void {
  const doc = body.ownerDocument
  for (const call of body.querySelectorAll<HTMLAnchorElement>('a[href^="#_ftn"], a[href^="#_edn"]')) {
    const [, isBack, number] = /^#_(?:ftn|edn)(ref)?(\d+)$/.exec(call.getAttribute('href') ?? '') ?? []
    if (number === undefined) continue
    const mark = doc.createElement('span')
    mark.dataset.footnote = number
    // What is blank is passed over later.
    mark.textContent = number
    if (isBack) mark.dataset.note = ''
    call.replaceWith(mark)
  }
  for (const list of body.querySelectorAll('[data-style*="mso-element:footnote-list" i], [data-style*="mso-element:endnote-list" i]')) {
    for (const rule of list.querySelectorAll(':scope > hr, :scope > br')) rule.remove()
    unwrap(list)
  }
}

/** Word writes every item as a paragraph that names its list, its level and its mark. */
function lists (body: HTMLElement): void {
  let last: HTMLElement | null = null
  /** The open list of each level. */
  let open: HTMLElement[] = []
  for (const paragraph of [...body.querySelectorAll<HTMLElement>('p, h1, h2, h3, h4, h5, h6')]) {
    const [, , levelText] = LIST.exec(styleOf(paragraph)) ?? []
    if (levelText === undefined) continue
    const level = Number(levelText)
    if (!last || last.nextElementSibling !== paragraph) open = []
    const mark = takeMark(paragraph)
    open = open.slice(0, level)
    while (open.length < level) {
      const list = body.ownerDocument.createElement(NUMBERED.test(mark) ? 'ol' : 'ul')
      const above = open.at(-1)
      if (above) (above.lastElementChild ?? above.appendChild(body.ownerDocument.createElement('li'))).append(list)
      else paragraph.before(list)
      open.push(list)
    }
    const item = body.ownerDocument.createElement('li')
    item.append(...paragraph.childNodes)
    open.at(-1)!.append(item)
    paragraph.remove()
    last = open[0]!
  }
}

/** Takes "1." or "·" out of an item; for Word it is text. */
function takeMark (paragraph: HTMLElement): string {
  const ignored = [...paragraph.querySelectorAll('span')].find(span => /mso-list:\s*ignore/.test(styleOf(span)))
  const mark = ignored?.textContent ?? ''
  ignored?.remove()
  return mark
}
