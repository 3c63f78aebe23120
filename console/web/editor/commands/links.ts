import { syntaxTree } from '@codemirror/language'
import type { EditorState, TransactionSpec } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'

/** A link, or the place for one. */
export interface LinkInText {
  from: number
  to: number
  words: string
  /** '' for a new one. */
  target: string
}

/** The link at the cursor; else what a new one would take: the selection, or the word at the cursor. */
export function linkAt (state: EditorState): LinkInText {
  const { main } = state.selection
  const found = linkAround(state, main.from, main.to)
  if (found) return found
  const { from, to } = main.empty ? state.wordAt(main.head) ?? main : main
  const words = state.sliceDoc(from, to)
  return isAddress(words) ? { from, to, words: '', target: words.trim() } : { from, to, words, target: '' }
}

/** @param target '' takes the link away and leaves its words */
export function setLink ({ from, to }: LinkInText, words: string, target: string): TransactionSpec {
  const address = withScheme(target)
  const text = words.trim() === '' ? address : words.replace(/\s+/g, ' ').trim()
  const insert = address === '' ? text : `[${text.replace(/(?<!\\)[[\]]/g, '\\$&')}](${linkTarget(address)})`
  return { changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.link', scrollIntoView: true }
}

/** Whether a pasted or typed text is one address. */
export function isAddress (text: string): boolean {
  return /^(?:https?:\/\/|colporteur:\/\/|mailto:)\S+$/i.test(text.trim())
}

/** An address as the target of a link: what would end it is encoded. */
export function linkTarget (address: string): string {
  return address.trim().replace(/[\s<>()\\|[\]`]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function linkAround (state: EditorState, from: number, to: number): LinkInText | null {
  for (const side of [-1, 1] as const) {
    for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(from, side); node; node = node.parent) {
      const [open, close] = node.getChildren('LinkMark')
      const url = node.getChild('URL')
      if (node.name !== 'Link' || node.to < to || !open || !close || !url) continue
      const target = state.sliceDoc(url.from, url.to).replace(/^<(.*)>$/, '$1')
      return { from: node.from, to: node.to, words: state.sliceDoc(open.to, close.from), target }
    }
  }
  return null
}

/** `example.org/x` as the web page that is meant, `a@example.org` as the mail box. */
function withScheme (target: string): string {
  const address = target.trim()
  if (address === '' || /^(?:[a-z][a-z0-9+.-]*:|#|files\/|\/\/)/i.test(address)) return address
  if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(address)) return `mailto:${address}`
  return /^[^\s/]+\.[^\s/]{2,}(?:\/|$)/.test(address) ? `https://${address}` : address
}
