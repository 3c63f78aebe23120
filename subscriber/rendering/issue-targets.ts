import type { MarkdownIt, StateCore, Token } from 'markdown-it'
import type { IssueFiles } from './issue-files.ts'

/** markdown-it has encoded every character that a browser would skip inside a scheme. */
const OUTSIDE = /^(?:https?:\/\/|mailto:|colporteur:\/\/)./i
const WEB = /^https?:\/\/./i

/** Whether a reader may follow it away from the issue: to the web, a mail box or a newsletter. */
export function leadsOutside (target: string): boolean {
  return OUTSIDE.test(target)
}

/**
 * Decides where links and pictures lead. A link to anywhere but the web, a mail box, a newsletter, a file of the issue or
 * a place in the text leaves its words; a picture that is not in the issue becomes a link to it, or its description;
 * one that is not shown says why, and leads to the file.
 */
export function issueTargets (md: MarkdownIt, files: IssueFiles, idPrefix: string): void {
  // Refused there, a link would stay as its Markdown source. It is refused below, where its words can be kept.
  md.validateLink = () => true
  md.core.ruler.push('issue_targets', state => {
    for (const token of state.tokens) {
      if (token.type === 'inline' && token.children) token.children = new Targets(state, files, idPrefix).apply(token.children)
    }
  })
}

class Targets {
  #state: StateCore
  #files: IssueFiles
  #idPrefix: string
  /** Per link around this place, the innermost last: whether it stays. */
  #links: boolean[] = []

  constructor (state: StateCore, files: IssueFiles, idPrefix: string) {
    this.#state = state
    this.#files = files
    this.#idPrefix = idPrefix
  }

  apply (tokens: Token[]): Token[] {
    return tokens.flatMap(token => {
      if (token.type === 'link_open') return this.#openLink(token)
      if (token.type === 'link_close') return this.#links.pop() ? [token] : []
      if (token.type === 'image') return this.#picture(token)
      return [token]
    })
  }

  #openLink (token: Token): Token[] {
    const href = this.#linkHref(String(token.attrGet('href') ?? ''))
    this.#links.push(href !== null)
    if (href === null) return []
    token.attrSet('href', href)
    return [token]
  }

  #linkHref (target: string): string | null {
    if (/^#./.test(target)) return `#${this.#idPrefix}${target.slice(1)}`
    if (leadsOutside(target)) return target
    return this.#files.at(target)?.url ?? null
  }

  #picture (token: Token): Token[] {
    const target = String(token.attrGet('src') ?? '')
    const { md, env } = this.#state
    const alt = md.renderer.renderInlineAsText(token.children ?? [], md.options, env).trim()
    const found = this.#files.at(target)
    if (!found) return WEB.test(target) ? this.#link(target, alt ? `Picture: ${alt}` : 'Picture') : [this.#text(alt)]
    const { file, url } = found
    if (!file.type.startsWith('image/')) return this.#link(url, alt || file.alt || file.path)
    if (file.notShown) return this.#link(url, `Picture not shown${alt || file.alt ? ` (${alt || file.alt})` : ''}: ${file.notShown}`, 'Save the file as it is')
    token.attrSet('src', url)
    if (!alt && file.alt) token.children = [this.#text(file.alt)]
    if (file.width && file.height) {
      token.attrSet('width', file.width)
      token.attrSet('height', file.height)
    }
    token.attrSet('loading', 'lazy')
    return [token]
  }

  #link (href: string, words: string, title = ''): Token[] {
    // A link can't stand in a link.
    if (this.#links.includes(true)) return [this.#text(words)]
    const open = new this.#state.Token('link_open', 'a', 1)
    open.attrSet('href', href)
    if (title) open.attrSet('title', title)
    return [open, this.#text(words), new this.#state.Token('link_close', 'a', -1)]
  }

  #text (content: string): Token {
    const token = new this.#state.Token('text', '', 0)
    token.content = content
    return token
  }
}
