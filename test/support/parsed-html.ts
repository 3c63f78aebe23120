import { createRequire } from 'node:module'

export interface Tag { name: string, attributes: Record<string, string> }

interface HtmlEvents {
  onopentag: (name: string, attributes: Record<string, string>) => void
  ontext: (text: string) => void
  oncomment: (text: string) => void
  onprocessinginstruction: (name: string) => void
}
interface HtmlParser { end (html: string): void }

// A second opinion on what is rendered: the tolerant parser that the sanitizer brings.
const { Parser } = createRequire(createRequire(import.meta.url).resolve('sanitize-html'))('htmlparser2') as {
  Parser: new (events: HtmlEvents, options: { decodeEntities: boolean }) => HtmlParser
}

/** What stands in a piece of HTML. */
export function parseHtml (html: string): { tags: Tag[], text: string, others: string[] } {
  const tags: Tag[] = []
  const others: string[] = []
  let text = ''
  new Parser({
    onopentag: (name, attributes) => tags.push({ name, attributes }),
    ontext: chunk => { text += chunk },
    oncomment: comment => others.push(`comment ${comment}`),
    onprocessinginstruction: name => others.push(name)
  }, { decodeEntities: true }).end(html)
  return { tags, text, others }
}
