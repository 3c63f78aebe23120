import sanitizeHtml from 'sanitize-html'
import { xmlText } from '../feeds/xml-text.ts'
import { ALLOWED_TAGS } from '../rendering/allowed-html.ts'

export interface Adapting {
  /** Before every id, so that chapters of one page do not answer for each other. */
  prefix: string
  /** Pictures of the issue, by their names. Of others the description stands in their place. */
  pictures: Record<string, AdaptedPicture>
}

export interface AdaptedPicture {
  url: string
  /** So often it is shown; where it comes again, its description leads to it. */
  times?: number
}

export interface Adapted {
  html: string
  /** Names of the pictures that are shown. */
  pictures: string[]
}

/** What only a browser that shows it beside the console has a use for. */
const DROPPED = ['target', 'rel', 'referrerpolicy', 'loading', 'tabindex']

/**
 * The sanitised text of an issue, to stand in a file: well formed for XML as well, without links to files that are not
 * there.
 */
export function adaptHtml (html: string, { prefix, pictures }: Adapting): Adapted {
  const shown = new Map<string, number>()
  let links = 0
  const adapted = sanitizeHtml(html, {
    onOpenTag: name => { if (name === 'a') links++ },
    onCloseTag: name => { if (name === 'a') links-- },
    allowedTags: [...ALLOWED_TAGS, 'span'],
    // What they may be was decided when it was sanitised.
    allowedAttributes: false,
    allowedSchemes: ['http', 'https', 'mailto', 'colporteur'],
    allowProtocolRelative: false,
    transformTags: {
      // By its name: what stands for all tags can not put text into one.
      img: (_tagName, attribs) => pictureTag(attribs, pictures, shown, links > 0),
      '*': (tagName, attributes) => {
        const attribs = Object.fromEntries(Object.entries(attributes).filter(([name]) => !DROPPED.includes(name)))
        if (attribs.id) attribs.id = prefix + xmlId(attribs.id)
        const { href } = attribs
        if (tagName !== 'a' || href === undefined) return { tagName, attribs }
        if (href.startsWith('#')) return { tagName, attribs: { ...attribs, href: `#${prefix}${xmlId(decoded(href.slice(1)))}` } }
        return href.startsWith('files/') ? { tagName: 'span', attribs: {} } : { tagName, attribs: { ...attribs, href: validUri(href) } }
      }
    }
  })
  return { html: xmlText(adapted), pictures: [...shown.keys()] }
}

/** @param shown how often which picture was, by their names; is counted on */
function pictureTag (
  { src = '', alt = '', width, height, title }: Record<string, string>, pictures: Adapting['pictures'], shown: Map<string, number>, isInLink: boolean
): sanitizeHtml.Tag {
  const name = src.startsWith('files/') ? decoded(src.slice('files/'.length)) : ''
  const picture = Object.hasOwn(pictures, name) ? pictures[name] : undefined
  if (!picture) return { tagName: 'em', attribs: {}, text: alt }
  const { url, times } = picture
  const before = shown.get(name) ?? 0
  if (before === 0 || times === undefined || before < times) {
    shown.set(name, before + 1)
    const id = before === 0 && times !== undefined ? `picture-${shown.size}` : ''
    return { tagName: 'img', attribs: { src: url, alt, ...(width && { width }), ...(height && { height }), ...(title && { title }), ...(id && { id }) } }
  }
  // A link can't stand in a link.
  if (isInLink) return { tagName: 'em', attribs: {}, text: alt }
  return { tagName: 'a', attribs: { href: `#picture-${[...shown.keys()].indexOf(name) + 1}` }, text: alt || 'Picture' }
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
