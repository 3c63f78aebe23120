import sanitizeHtml from 'sanitize-html'
import { xmlText } from '../feeds/xml-text.ts'
import { ALLOWED_TAGS } from '../rendering/allowed-html.ts'

export interface Adapting {
  /** Before every id, so that chapters of one page do not answer for each other. */
  prefix: string
  /** Address of a picture of the issue, by its name; null: its description stands in its place. */
  picture: (name: string) => string | null
}

/** What only a browser that shows it beside the console has a use for. */
const DROPPED = ['target', 'rel', 'referrerpolicy', 'loading', 'tabindex']

/**
 * The sanitised text of an issue, to stand in a file: well formed for XML as well, without links to files that are not
 * there.
 */
export function adaptHtml (html: string, { prefix, picture }: Adapting): string {
  return xmlText(sanitizeHtml(html, {
    allowedTags: [...ALLOWED_TAGS, 'span'],
    // What they may be was decided when it was sanitised.
    allowedAttributes: false,
    allowedSchemes: ['http', 'https', 'mailto', 'colporteur'],
    allowProtocolRelative: false,
    transformTags: {
      // By its name: what stands for all tags can not put text into one.
      img: (_tagName, attribs) => pictureTag(attribs, picture),
      '*': (tagName, attributes) => {
        const attribs = Object.fromEntries(Object.entries(attributes).filter(([name]) => !DROPPED.includes(name)))
        if (attribs.id) attribs.id = prefix + xmlId(attribs.id)
        const { href } = attribs
        if (tagName !== 'a' || href === undefined) return { tagName, attribs }
        if (href.startsWith('#')) return { tagName, attribs: { ...attribs, href: `#${prefix}${xmlId(decoded(href.slice(1)))}` } }
        return href.startsWith('files/') ? { tagName: 'span', attribs: {} } : { tagName, attribs: { ...attribs, href: validUri(href) } }
      }
    }
  }))
}

function pictureTag ({ src = '', alt = '', width, height, title }: Record<string, string>, picture: Adapting['picture']): sanitizeHtml.Tag {
  const url = src.startsWith('files/') ? picture(decoded(src.slice('files/'.length))) : null
  if (url === null) return { tagName: 'em', attribs: {}, text: alt }
  return { tagName: 'img', attribs: { src: url, alt, ...(width && { width }), ...(height && { height }), ...(title && { title }) } }
}

/** Browsers take any link; programs that read books refuse the whole of it where one is not as the standard has it. */
function validUri (href: string): string {
  const [before, ...fragment] = href.split('#')
  const uri = before! + (fragment.length > 0 ? `#${fragment.join('%23')}` : '')
  return uri.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(/[\\^`{|}<>"\s]|(?<!\/\/)\[|\](?![:/]|$)/g, encodeURIComponent)
}

/** An id that XML takes: without white space. */
function xmlId (id: string): string {
  return id.replace(/\s/g, '_')
}

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign
  }
}
