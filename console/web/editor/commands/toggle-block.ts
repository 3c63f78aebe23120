import { syntaxTree } from '@codemirror/language'
import type { ChangeSpec, EditorState, Line, StateCommand } from '@codemirror/state'
import { isEmptyLine } from '../drawing/gaps.ts'

export type Block = 'h2' | 'h3' | 'quote' | 'bullets' | 'numbers'

/** What opens a line now, as far as it says what the line is. */
const HEADING = /^#{1,6}[ \t]+/
const QUOTE = /^>[ \t]?/
const ITEM = /^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/

/** Makes the lines of the selection a heading, quotation or list; text again when they are that already. */
export function toggleBlock (block: Block): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false
    const isOn = blockAt(state) === block
    const lines = selectedLines(state).filter((line, _, { length }) => length === 1 || !isEmptyLine(line))
    const changes = lines.flatMap((line, i) => isOn ? withoutBlock(line, block) : withBlock(line, block, i))
    const parting = isOn || lines.length === 0 ? [] : partings(state, lines, block)
    const set = state.changes([...changes, ...parting])
    // The cursor stays behind what opens the line now.
    dispatch(state.update({ changes: set, selection: state.selection.map(set, 1), scrollIntoView: true, userEvent: 'input.format' }))
    return true
  }
}

/** What the line of the cursor is; null for a paragraph and everything else. */
export function blockAt (state: EditorState): Block | null {
  const line = state.doc.lineAt(state.selection.main.head)
  for (let node = syntaxTree(state).resolveInner(line.to, -1); ; node = node.parent) {
    if (node.name === 'ATXHeading2') return 'h2'
    if (node.name === 'ATXHeading3') return 'h3'
    if (node.name === 'Blockquote') return 'quote'
    if (node.name === 'BulletList') return 'bullets'
    if (node.name === 'OrderedList') return 'numbers'
    if (!node.parent) return null
  }
}

function selectedLines (state: EditorState): Line[] {
  const { from, to } = state.selection.main
  const lines: Line[] = []
  for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
    lines.push(line)
    if (line.to >= to) return lines
  }
}

function withBlock (line: Line, block: Block, index: number): ChangeSpec[] {
  const old = [HEADING, QUOTE, ITEM].map(opening => opening.exec(line.text)?.[0]).find(found => found !== undefined) ?? ''
  const insert = { h2: '## ', h3: '### ', quote: '> ', bullets: '- ', numbers: `${index + 1}. ` }[block]
  return [{ from: line.from, to: line.from + old.length, insert }]
}

function withoutBlock (line: Line, block: Block): ChangeSpec[] {
  const opening = block === 'quote' ? QUOTE : block === 'bullets' || block === 'numbers' ? ITEM : HEADING
  const old = opening.exec(line.text)?.[0] ?? ''
  return [{ from: line.from, to: line.from + old.length, insert: '' }]
}

/** A quotation or list that stands right below or above text would become a part of that. */
function partings (state: EditorState, lines: Line[], block: Block): ChangeSpec[] {
  if (block === 'h2' || block === 'h3') return []
  const first = lines[0]!
  const last = lines.at(-1)!
  const above = first.number > 1 ? state.doc.line(first.number - 1) : null
  const below = last.number < state.doc.lines ? state.doc.line(last.number + 1) : null
  const isList = (line: Line): boolean => block !== 'quote' && ITEM.test(line.text)
  return [
    ...(above && !isEmptyLine(above) && !isList(above) ? [{ from: first.from, insert: '\n' }] : []),
    ...(below && !isEmptyLine(below) && !isList(below) ? [{ from: last.to, insert: '\n' }] : [])
  ]
}
