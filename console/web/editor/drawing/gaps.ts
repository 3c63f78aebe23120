import { syntaxTree } from '@codemirror/language'
import type { EditorState, Line } from '@codemirror/state'

/** Blocks in which an empty line is what it is. */
const LITERAL = new Set(['FencedCode', 'CodeBlock'])
/** Nothing, or nothing but the marks of a quotation. */
const EMPTY = /^[ \t>]*$/

export function isEmptyLine ({ text }: { text: string }): boolean {
  return EMPTY.test(text)
}

/** Whether a line only parts two paragraphs: it is drawn as the space between them, and the cursor passes over it. */
export function isGap (state: EditorState, line: Line): boolean {
  const { doc } = state
  return isEmptyLine(line) && line.number > 1 && line.number < doc.lines && !isEmptyLine(doc.line(line.number - 1)) && !isLiteral(state, line.from)
}

/** Whether a place is in a block of code. */
export function isLiteral (state: EditorState, position: number): boolean {
  for (let node = syntaxTree(state).resolveInner(position, -1); ; node = node.parent) {
    if (LITERAL.has(node.name)) return node.from < position && node.to >= position
    if (!node.parent) return false
  }
}
