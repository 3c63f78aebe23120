import { syntaxTree } from '@codemirror/language'
import { EditorSelection, type EditorState, type SelectionRange, type StateCommand } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'

export type Mark = '**' | '*' | '~~' | '`'

const NODES: Record<Mark, string> = { '**': 'StrongEmphasis', '*': 'Emphasis', '~~': 'Strikethrough', '`': 'InlineCode' }

/** Emphasises the selection or the word at the cursor; takes it back where it stands already. */
export function toggleMark (mark: Mark): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false
    const changes = state.changeByRange(range => toggled(state, mark, range))
    dispatch(state.update(changes, { scrollIntoView: true, userEvent: 'input.format' }))
    return true
  }
}

/** Whether the cursor or selection stands in this emphasis. */
export function hasMark (state: EditorState, mark: Mark): boolean {
  return nodeAround(state, mark, state.selection.main) !== null
}

function toggled (state: EditorState, mark: Mark, range: SelectionRange) {
  const node = nodeAround(state, mark, range)
  // Who has written to the end of it goes on without it.
  if (node && range.empty && range.head === node.lastChild!.from) return { range: EditorSelection.cursor(node.to) }
  if (node) return withoutMark(node, range)
  const around = { from: range.from - mark.length, to: range.to + mark.length }
  if (range.empty && state.sliceDoc(Math.max(0, around.from), around.to) === mark + mark) return { changes: around, range: EditorSelection.cursor(around.from) }
  const { from, to } = range.empty ? state.wordAt(range.head) ?? range : trimmed(state, range)
  const moved = (position: number): number => position + (position >= from ? mark.length : 0) + (position > to ? mark.length : 0)
  return {
    changes: [{ from, insert: mark }, { from: to, insert: mark }],
    range: EditorSelection.range(moved(range.anchor), moved(range.head))
  }
}

function withoutMark (node: SyntaxNode, range: SelectionRange) {
  const open = node.firstChild!
  const close = node.lastChild!
  const size = open.to - open.from
  const moved = (position: number): number => position - (position >= open.to ? size : Math.max(0, position - open.from)) - Math.max(0, position - close.from)
  return {
    changes: [{ from: open.from, to: open.to }, { from: close.from, to: close.to }],
    range: EditorSelection.range(moved(range.anchor), moved(range.head))
  }
}

function nodeAround (state: EditorState, mark: Mark, { from, to }: SelectionRange): SyntaxNode | null {
  for (const side of [1, -1] as const) {
    for (let node: SyntaxNode | null = syntaxTree(state).resolveInner(from, side); node; node = node.parent) {
      if (node.name === NODES[mark] && node.from <= from && node.to >= to) return node
    }
  }
  return null
}

/** Emphasis does not begin or end with a blank. */
function trimmed (state: EditorState, { from, to }: SelectionRange): { from: number, to: number } {
  const text = state.sliceDoc(from, to)
  const start = from + (text.length - text.trimStart().length)
  return { from: Math.min(start, to), to: Math.max(to - (text.length - text.trimEnd().length), Math.min(start, to)) }
}
