import sanitizeHtml, { type IOptions } from 'sanitize-html'
import type { IssueFiles } from './issue-files.ts'
import { leadsOutside } from './issue-targets.ts'

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']

/** Elements of which an issue's text consists. */
export const ALLOWED_TAGS = [
  ...HEADINGS, 'p', 'a', 'em', 'strong', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr', 'br', 'img', 'figure', 'figcaption',
  'table', 'thead', 'tbody', 'tr', 'th', 'td', 'sup', 'section', 'div'
]

/** The second lock: whatever the Markdown parser lets through, only this list comes out. */
const ALLOWED: IOptions = {
  allowedTags: ALLOWED_TAGS,
  allowedAttributes: {
    ...Object.fromEntries(HEADINGS.map(heading => [heading, ['id']])),
    a: ['href', 'id', 'title', 'rel', 'target', 'referrerpolicy'],
    img: ['src', 'alt', 'title', 'width', 'height', 'loading'],
    ol: ['start'],
    li: ['id'],
    pre: ['tabindex'],
    div: ['role', 'aria-label', 'tabindex']
  },
  allowedClasses: {
    a: ['footnote-backref'],
    sup: ['footnote-ref'],
    section: ['footnotes'],
    hr: ['footnotes-sep'],
    ol: ['footnotes-list'],
    li: ['footnote-item', 'task'],
    code: [/^language-[\w+#.-]{1,40}$/],
    div: ['table'],
    th: ['left', 'center', 'right'],
    td: ['left', 'center', 'right']
  },
  allowedSchemes: ['http', 'https', 'mailto', 'colporteur'],
  allowProtocolRelative: false
}

/** Pictures from anywhere but `files` are dropped, and so are links to the site that shows the text; links to others tell nobody where from. */
export function sanitize (html: string, files: IssueFiles): string {
  return sanitizeHtml(html, {
    ...ALLOWED,
    exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !files.hasUrl(attribs.src ?? ''),
    transformTags: {
      a: (tagName, attribs) => {
        const { href } = attribs
        if (href === undefined || href.startsWith('#')) return { tagName, attribs }
        // By itself, and not in the place of the text.
        if (files.hasUrl(href)) return { tagName, attribs: { ...attribs, rel: 'noopener', target: '_blank' } }
        if (!leadsOutside(href)) return { tagName, attribs: {} }
        return { tagName, attribs: { ...attribs, rel: 'noopener noreferrer nofollow ugc', target: '_blank', referrerpolicy: 'no-referrer' } }
      },
      // Long lines scroll, also by keyboard.
      pre: (tagName, attribs) => ({ tagName, attribs: { ...attribs, tabindex: '0' } })
    }
  })
}
