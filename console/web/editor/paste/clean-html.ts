import { rename, styleOf, unwrap, wrapContent } from './dom.ts'

/** What has no words for a reader. */
const DROPPED = 'script, style, noscript, template, meta, link, title, head, iframe, object, embed, svg, canvas, audio, video, ' +
  'button, input, select, textarea, nav, [hidden], [aria-hidden="true"], sup.reference, .mw-editsection'
const INLINE = ['strong', 'em', 'del', 'code'] as const
const SCHEMES = /^(?:https?|mailto|colporteur):/i
/** What follows a reader from site to site. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|yclid|_hsenc|_hsmi)$/i
const HEADINGS = 'h1, h2, h3, h4, h5, h6'

/** Brings a foreign page down to what Markdown can say: structure instead of style. */
export function cleanHtml (body: HTMLElement): void {
  for (const element of body.querySelectorAll(DROPPED)) element.remove()
  for (const element of body.querySelectorAll<HTMLElement>('[data-style]')) if (/display:\s*none/.test(styleOf(element))) element.remove()
  nameEmphasis(body)
  links(body)
  lists(body)
  for (const heading of body.querySelectorAll(HEADINGS)) for (const strong of heading.querySelectorAll('strong')) unwrap(strong)
  joinNeighbours(body)
  body.normalize()
  spaces(body)
}

/** Style that means something becomes an element; elements whose style takes it back are let go. */
function nameEmphasis (body: HTMLElement): void {
  for (const element of [...body.querySelectorAll<HTMLElement>('b, strong, i, em, s, strike, del, span, font, a, tt, code, kbd, samp')].reverse()) {
    // Code is shown as it is written.
    if (element.closest('pre')) continue
    const style = styleOf(element)
    const { tagName } = element
    const weight = /(?<![\w-])font-weight:\s*(\w+)/.exec(style)?.[1]
    const isBold = weight === undefined ? /^(B|STRONG)$/.test(tagName) : /^bold/.test(weight) || Number(weight) >= 600
    const isItalic = /(?<![\w-])font-style:/.test(style) ? /(?<![\w-])font-style:\s*(italic|oblique)/.test(style) : /^(I|EM)$/.test(tagName)
    const isStruck = /text-decoration[^;]*line-through/.test(style) || /^(S|STRIKE|DEL)$/.test(tagName)
    const isCode = /^(CODE|TT|KBD|SAMP)$/.test(tagName)
    const names = [isBold && 'strong', isItalic && 'em', isStruck && 'del', isCode && 'code'].filter(name => name !== false)
    // A blank that is bold means nothing, and its marks would be text.
    if (element.textContent!.trim() !== '') for (const name of names) wrapContent(element, name)
    if (tagName !== 'A' && element.dataset.footnote === undefined) unwrap(element)
  }
  // Emphasis in emphasis is none in Markdown.
  for (const name of INLINE) for (const inner of body.querySelectorAll(`${name} ${name}`)) unwrap(inner)
}

function links (body: HTMLElement): void {
  for (const link of body.querySelectorAll('a')) {
    const target = readableTarget(link.getAttribute('href') ?? '')
    if (target === null || link.textContent!.trim() === '' && !link.querySelector('img')) unwrap(link)
    else link.setAttribute('href', target)
  }
}

/** Where a link really leads, without what watches; null when that is nowhere a reader can go. */
function readableTarget (href: string): string | null {
  const target = href.trim()
  if (!SCHEMES.test(target)) return null
  if (!URL.canParse(target) || !/^https?:/i.test(target)) return target
  const url = new URL(target)
  const behind = /(^|\.)google\.[a-z.]+$/.test(url.hostname) && url.pathname === '/url' ? url.searchParams.get('q') ?? url.searchParams.get('url') : null
  if (behind !== null) return readableTarget(behind)
  const tracking = [...url.searchParams.keys()].filter(name => TRACKING.test(name))
  if (tracking.length === 0) return target
  for (const name of tracking) url.searchParams.delete(name)
  return url.href
}

/** Lists that stand in lists instead of in their items, and lists that were cut into one for each item. */
function lists (body: HTMLElement): void {
  for (const list of body.querySelectorAll(':is(ul, ol) > :is(ul, ol)')) {
    const item = list.previousElementSibling
    if (item?.tagName === 'LI') item.append(list)
    else rename(list, 'li')
  }
  for (const wrapper of body.querySelectorAll('.ListContainerWrapper')) unwrap(wrapper)
  for (const list of body.querySelectorAll('ul, ol')) {
    const before = list.previousElementSibling
    if (before?.tagName !== list.tagName || before.nextSibling !== list || list.hasAttribute('start')) continue
    before.append(...list.childNodes)
    list.remove()
  }
  // A paragraph alone in an item is only its text.
  for (const paragraph of body.querySelectorAll('li > p:only-child, li > p:first-child:has(+ ul:last-child), li > p:first-child:has(+ ol:last-child)')) unwrap(paragraph)
}

/** Programs cut one bold word into several: `**a****b**` would be none. */
function joinNeighbours (body: HTMLElement): void {
  for (const element of body.querySelectorAll(INLINE.join(', '))) {
    while (element.nextSibling instanceof Element && element.nextSibling.tagName === element.tagName) {
      const next = element.nextSibling
      element.append(...next.childNodes)
      next.remove()
    }
  }
}

/** Hard spaces that programs put in for looks. Those by which French parts its punctuation, and numbers their units, stay. */
function spaces (body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (node.parentElement?.closest('pre')) continue
    node.data = node.data.replace(/(?<![\d«])\u00a0(?![;:!?»%\u20ac])|\u00a0(?=\s)|(?<=\s)\u00a0/g, ' ').replace(/[\u200b\ufeff]/g, '')
  }
}
