import { syntaxTree } from '@codemirror/language'
import type { EditorState, Line, Range } from '@codemirror/state'
import { Decoration } from '@codemirror/view'
import type { SyntaxNode, SyntaxNodeRef } from '@lezer/common'

/** Deeper ones are drawn as deep as this. */
const DEEPEST_LIST = 6
const DEEPEST_QUOTE = 3
/** What opens a line of a quotation or list: its marks and the space around them. */
const OPENING = /^(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))*[ \t]*/

/** The first letter that has a direction is of a script written from right to left. */
const LEFTWARD = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/** What a line is, as far as its look depends on it. */
interface Shape {
  classes: Set<string>
  quotes: number
  lists: number
  /** From the line's start: what stands in the margin instead of in the text. */
  opening: number
}

const HEADING = /^(?:ATX|Setext)Heading(\d)$/
/** Blocks whose lines are drawn as they are written. */
const LINE_CLASSES: Record<string, string> = {
  FencedCode: 'cm-code', CodeBlock: 'cm-code', Table: 'cm-table', HorizontalRule: 'cm-rule', LinkReference: 'cm-aside'
}

/**
 * Draws the lines between two places: as headings, quotations, lists and so on. What opens a line hangs in its margin, so
 * that nothing moves when it shows itself on the line of the cursor.
 */
export function lineShapes (state: EditorState, from: number, to: number): Range<Decoration>[] {
  const shapes = new Map<number, Shape>()
  syntaxTree(state).iterate({ from, to, enter: node => shapeLines(state, node, from, to, shapes) })
  const drawn: Range<Decoration>[] = []
  for (const [start, shape] of [...shapes].sort(([a], [b]) => a - b)) {
    drawn.push(Decoration.line({ class: classesOf(shape) }).range(start))
    if (shape.opening === 0) continue
    const isNear = touches(state, state.doc.lineAt(start))
    drawn.push(Decoration.mark({ class: isNear ? 'cm-opening cm-near' : 'cm-opening' }).range(start, start + shape.opening))
  }
  return drawn
}

/** Whether a line is read from right to left. */
export function isLeftward (text: string): boolean {
  return LEFTWARD.test(text.slice(0, 200))
}

export function touches (state: EditorState, { from, to }: { from: number, to: number }): boolean {
  return state.selection.ranges.some(range => range.from <= to && range.to >= from)
}

function shapeLines (state: EditorState, node: SyntaxNodeRef, from: number, to: number, shapes: Map<number, Shape>): boolean | undefined {
  const level = HEADING.exec(node.name)?.[1]
  const ofLines = LINE_CLASSES[node.name]
  if (level === undefined && ofLines === undefined && node.name !== 'Blockquote' && node.name !== 'ListItem') return node.name !== 'Paragraph'
  for (const line of linesOf(state, node, from, to)) {
    const shape = shapes.get(line.from) ?? { classes: new Set(), quotes: 0, lists: 0, opening: 0 }
    shapes.set(line.from, shape)
    if (ofLines !== undefined) shapeBlock(shape, ofLines, node, line)
    else if (level !== undefined) shapeHeading(shape, level, node, line)
    else shapeNested(shape, node, line)
  }
  return level === undefined && ofLines === undefined
}

function shapeBlock (shape: Shape, className: string, { from, to }: SyntaxNodeRef, line: Line): void {
  shape.classes.add(className)
  if (line.from <= from) shape.classes.add('cm-first')
  if (line.to >= to) shape.classes.add('cm-last')
}

function shapeHeading (shape: Shape, level: string, { name }: SyntaxNodeRef, line: Line): void {
  const mark = /^[ \t]*#{1,6}[ \t]+/.exec(line.text)?.[0]
  const underline = name.startsWith('Setext') && /^[ \t]*(=+|-+)[ \t]*$/.test(line.text)
  shape.classes.add(underline ? 'cm-aside' : `cm-h${level}`)
  if (mark !== undefined && shape.quotes + shape.lists === 0) {
    shape.opening = mark.length
    shape.classes.add('cm-hanging')
  }
}

function shapeNested (shape: Shape, { name, node }: SyntaxNodeRef, line: Line): void {
  shape.opening = OPENING.exec(line.text)![0].length
  if (name === 'Blockquote') {
    shape.classes.add('cm-quote')
    shape.quotes = Math.min(shape.quotes + 1, DEEPEST_QUOTE)
    return
  }
  shape.classes.add('cm-item')
  shape.classes.delete('cm-bullet')
  shape.lists = Math.min(shape.lists + 1, DEEPEST_LIST)
  if (node.from >= line.from && node.from <= line.to && isBullet(node)) shape.classes.add('cm-bullet')
}

function isBullet ({ parent }: SyntaxNode): boolean {
  return parent?.name === 'BulletList'
}

function * linesOf (state: EditorState, node: { from: number, to: number }, from: number, to: number): Generator<Line> {
  const end = Math.min(node.to, to)
  for (let at = Math.max(node.from, from); at <= end;) {
    const line = state.doc.lineAt(at)
    yield line
    at = line.to + 1
  }
}

function classesOf ({ classes, quotes, lists }: Shape): string {
  return [...classes, ...(quotes > 0 ? [`cm-q${quotes}`] : []), ...(lists > 0 ? [`cm-l${lists}`] : [])].join(' ')
}
