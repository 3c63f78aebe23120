import type { HtmlElement, HtmlNode } from './html-tree.ts'
import { isBlock } from './html-tokens.ts'
import { codeSpan, escapeLineStart, escapeText, linkTarget, plainLine, unescapeText } from './markdown-text.ts'

const HARD_BREAK = '\\\n'
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const SUBSCRIPT = '₀₁₂₃₄₅₆₇₈₉'

/** Writes a tree of HTML as Markdown and notes what it had to leave out. */
export class MarkdownWriter {
  #note: (text: string) => void

  constructor (note: (text: string) => void) {
    this.#note = note
  }

  /** Blocks with a blank line between them. `before`: the character that the first paragraph follows, if it goes on from one. */
  blocks (nodes: HtmlNode[], before = ''): string {
    const blocks: string[] = []
    let run: HtmlNode[] = []
    const endRun = () => {
      const goesOn = before !== '' && blocks.length === 0
      const text = paragraph(this.inline(run, goesOn ? before : '', ''), goesOn)
      if (text !== '' || (goesOn && run.length < nodes.length)) blocks.push(text)
      run = []
    }
    for (const node of nodes) {
      if (node.kind === 'text' || !isBlock(node.tag.name)) {
        run.push(node)
      } else {
        endRun()
        const text = this.#block(node)
        if (text !== '') blocks.push(text)
      }
    }
    endRun()
    return blocks.join('\n\n')
  }

  /** One run of text. `before` and `after` are the characters beside it, on which it depends whether emphasis works. */
  inline (nodes: HtmlNode[], before: string, after: string): string {
    const parts: string[] = []
    nodes.forEach((node, i) => {
      const last = parts.at(-1)
      const text = node.kind === 'text'
        ? node.markdown
        : this.#inlineElement(node, last?.at(-1) ?? before, firstCharacter(nodes.slice(i + 1, i + 3)) ?? after)
      if (text === HARD_BREAK && last !== undefined && last !== HARD_BREAK) parts[parts.length - 1] = last.trimEnd()
      const part = last === HARD_BREAK && text !== HARD_BREAK ? text.trimStart() : text
      if (part !== '') parts.push(part)
    })
    return parts.join('')
  }

  #block (element: HtmlElement): string {
    const { tag: { name }, children } = element
    if (name === 'hr') return '* * *'
    if (name === 'blockquote') return indent(this.blocks(children), '> ', '> ', '')
    if (name === 'ul' || name === 'ol') return this.#list(element)
    if (name === 'li') return indent(this.blocks(children), '- ', '  ', '')
    if (name === 'pre') return codeBlock(textOf(children))
    if (!/^h[1-6]$/.test(name)) return this.blocks(children)
    const text = oneLine(this.inline(children, '', ''))
    return text && `${'#'.repeat(Number(name[1]))} ${text}`
  }

  #list ({ tag, children }: HtmlElement): string {
    const items: string[] = []
    let number = Number(tag.attributes.get('start') ?? 1) || 1
    for (const child of children) {
      if (child.kind === 'text' && child.markdown.trim() === '') continue
      const text = this.blocks(child.kind === 'element' && child.tag.name === 'li' ? child.children : [child])
      const marker = tag.name === 'ol' ? `${number++}. ` : '- '
      items.push(indent(text.replace(/\n\n(?=- |\d+\. )/g, '\n'), marker, ' '.repeat(marker.length)))
    }
    return items.join('\n')
  }

  #inlineElement (element: HtmlElement, before: string, after: string): string {
    const { tag: { name, attributes }, children } = element
    const content = () => this.inline(children, before, after)
    switch (name) {
      case 'br': return HARD_BREAK
      case 'wbr': return ''
      case 'img': return this.#picture(attributes)
      case 'a': return this.#link(attributes.get('href'), content())
      case 'b': case 'strong': return emphasised('**', this.inline(children, '', ''), before, after)
      case 'i': case 'em': case 'cite': return emphasised('*', this.inline(children, '', ''), before, after)
      case 'del': case 's': case 'strike': return emphasised('~~', this.inline(children, '', ''), before, after)
      case 'code': case 'kbd': case 'samp': case 'tt': return codeSpan(textOf(children))
      case 'sup': return content().replace(/^\d+$/, digits => [...digits].map(digit => SUPERSCRIPT[Number(digit)]).join(''))
      case 'sub': return content().replace(/^\d+$/, digits => [...digits].map(digit => SUBSCRIPT[Number(digit)]).join(''))
      case 'iframe': return this.#embedded(attributes.get('src') ?? '')
      case 'script': case 'style':
        this.#note(`A <${name}> of the page was left out.`)
        return ''
      default: return isBlock(name) ? ` ${content().trim()} ` : content()
    }
  }

  #picture (attributes: Map<string, string>): string {
    const alt = escapeText(plainLine(attributes.get('alt') || attributes.get('title') || '', 2000))
    const target = linkTarget(attributes.get('src') ?? '')
    return target === '' ? alt : `![${alt}](${target})`
  }

  #link (address: string | undefined, content: string): string {
    const text = content.trim()
    const target = linkTarget(address ?? '')
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(target)?.[1]?.toLowerCase()
    if (text === '' || target === '' || (scheme && !['http', 'https', 'mailto', 'ipfs', 'ipns', 'colporteur'].includes(scheme))) return content
    // A link can't hold another one; a picture may be inside.
    if (/\]\(/.test(text.replace(/!\[(?:\\.|[^[\]\\])*\]\((?:[^()]|\([^()]*\))*\)/g, ''))) return content
    return `${content === content.trimStart() ? '' : ' '}[${oneLine(text)}](${target})${content === content.trimEnd() ? '' : ' '}`
  }

  #embedded (source: string): string {
    const address = source.startsWith('//') ? `https:${source}` : source
    const host = /^https?:/i.test(address) && URL.canParse(address) ? new URL(address).host : null
    this.#note(host ? `What was embedded from ${host} became a link.` : 'An embedded frame without a web address was left out.')
    return host ? `[Embedded: ${host}](${linkTarget(address)})` : ''
  }
}

/** Without line breaks at its end, and what space follows them. */
function withoutBreaks (text: string): string {
  let left = text
  for (let end = left.trimEnd(); end.endsWith('\\') && left[end.length] === '\n'; end = left.trimEnd()) left = end.slice(0, -1)
  return left
}

/** Lines that open nothing by themselves, without breaks at the ends; two breaks in a row end the paragraph. */
function paragraph (text: string, goesOn: boolean): string {
  const end = withoutBreaks(text).trimEnd()
  const whole = goesOn ? end : end.replace(/^(\s|\\\n)+/, '')
  return whole.replace(/(\\\n[ \t]*){2,}/g, '\n\n').split('\n')
    .map((line, i) => i === 0 && goesOn ? line : escapeLineStart(line.trimStart())).join('\n')
}

/** The text between two markers, if Markdown would take them for emphasis there (CommonMark 6.2); else the text alone. */
function emphasised (marker: string, content: string, before: string, after: string): string {
  const text = content.trim()
  const lead = content.slice(0, content.length - content.trimStart().length)
  const trail = content.slice(content.trimEnd().length)
  const opens = !isPunctuation(text[0]) || lead !== '' || !isWord(before)
  const closes = !isPunctuation(text.at(-1)) || trail !== '' || !isWord(after)
  const glued = lead === '' && before === marker[0]
  return text === '' || !opens || !closes || glued ? content : `${lead}${marker}${text}${marker}${trail}`
}

const isPunctuation = (char = '') => /[\p{P}\p{S}]/u.test(char)
const isWord = (char: string) => char !== '' && !/[\s\p{P}\p{S}]/u.test(char)

function firstCharacter (nodes: HtmlNode[]): string | undefined {
  for (const node of nodes) {
    const text = node.kind === 'text' ? node.markdown : node.tag.name === 'br' ? '\n' : textOf(node.children)
    if (text !== '') return text[0]
  }
  return undefined
}

/** What the nodes say without any markup. */
function textOf (nodes: HtmlNode[]): string {
  return nodes.map(node => node.kind === 'text' ? unescapeText(node.markdown) : node.tag.name === 'br' ? '\n' : textOf(node.children)).join('')
}

function codeBlock (code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${code.replace(/^\n/, '').trimEnd()}\n${fence}`
}

/** Text that has to stay on its line. */
function oneLine (text: string): string {
  return onOneLine(text).trim()
}

/** Each line break, with the space around it, becomes a space. */
export function onOneLine (text: string): string {
  return text.replace(/\\?(?<!\s)\s+/g, space => space.includes('\n') ? ' ' : space)
}

/** Puts `first` before the first line and `rest` before the others; `empty` is what no text becomes. */
export function indent (text: string, first: string, rest: string, empty = first.trimEnd()): string {
  if (text === '') return empty
  return text.split('\n').map((line, i) => {
    const prefix = i === 0 ? first : rest
    return line.trim() === '' ? prefix.trimEnd() : prefix + line
  }).join('\n')
}
