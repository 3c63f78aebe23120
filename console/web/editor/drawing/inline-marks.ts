import { syntaxTree } from '@codemirror/language'
import type { EditorState, Range } from '@codemirror/state'
import { Decoration } from '@codemirror/view'
import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common'
import { touches } from './line-shapes.ts'

const hidden = Decoration.replace({})
const mark = Decoration.mark({ class: 'cm-mark' })
/** What is drawn in a look of its own, without the marks around it. */
const CLASSES: Record<string, string> = {
  Emphasis: 'cm-em', StrongEmphasis: 'cm-strong', Strikethrough: 'cm-strike', InlineCode: 'cm-inline-code', Link: 'cm-link', Autolink: 'cm-link',
  Footnote: 'cm-footnote', Escape: '', HardBreak: ''
}
/** Longer targets are cut in the middle of the text, unless the cursor is in them. */
const TARGET_SHOWN = 32

/** Draws emphasis, links and code as they will look. Their marks show themselves only while the cursor is at them. */
export function inlineMarks (state: EditorState, from: number, to: number): Range<Decoration>[] {
  const drawn: Range<Decoration>[] = []
  syntaxTree(state).iterate({
    from,
    to,
    enter: node => {
      if (node.name === 'FencedCode' || node.name === 'CodeBlock') return false
      if (node.name === 'TaskMarker') drawn.push(Decoration.mark({ class: 'cm-task' }).range(node.from, node.to))
      if (node.name === 'URL' && node.node.parent?.name === 'Paragraph') drawn.push(Decoration.mark({ class: 'cm-link' }).range(node.from, node.to))
      if (!Object.hasOwn(CLASSES, node.name) || isBracketsOnly(node)) return undefined
      drawn.push(...drawInline(state, node))
      return node.name !== 'Link'
    }
  })
  return drawn
}

function drawInline (state: EditorState, { name, from, to, node }: SyntaxNodeRef): Range<Decoration>[] {
  const className = CLASSES[name]!
  const drawn = className === '' ? [] : [Decoration.mark({ class: className }).range(from, to)]
  const isNear = touches(state, node)
  const marks = marksOf(state, node)
  if (!isNear) return [...drawn, ...marks.map(({ from, to }) => hidden.range(from, to))]
  const target = node.getChild('URL')
  const isCut = target !== null && target.to - target.from > TARGET_SHOWN && !touches(state, target)
  return [
    ...drawn,
    ...marks.map(({ from, to }) => mark.range(from, to)),
    ...(isCut ? [Decoration.replace({}).range(target.from + TARGET_SHOWN, target.to)] : [])
  ]
}

/** The parts of an inline node that carry no words. */
function marksOf (state: EditorState, node: SyntaxNode): { from: number, to: number }[] {
  const { name, from, to } = node
  if (name === 'Escape') return [{ from, to: from + 1 }]
  if (name === 'HardBreak') return [{ from, to: state.doc.lineAt(from).to }]
  if (name === 'Footnote') return node.getChildren('FootnoteMark')
  if (name === 'Link') {
    const [, close] = node.getChildren('LinkMark')
    return close ? [{ from, to: from + 1 }, { from: close.from, to }] : []
  }
  const marks: { from: number, to: number }[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) if (child.name.endsWith('Mark')) marks.push(child)
  return marks
}

/** `[draft]`, which is a link only when its target stands elsewhere. */
function isBracketsOnly ({ name, node }: SyntaxNodeRef): boolean {
  return name === 'Link' && node.getChildren('LinkMark').length < 3 && node.getChild('LinkLabel') === null
}
