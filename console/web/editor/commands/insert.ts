import { EditorSelection, type EditorState, type TransactionSpec } from '@codemirror/state'
import { isEmptyLine } from '../drawing/gaps.ts'

/**
 * Puts blocks of Markdown at a place, apart from what stands around it.
 *
 * @param cursor how far into the text the cursor goes; without: behind it
 */
export function insertBlocks (state: EditorState, text: string, { from, to }: { from: number, to: number }, cursor = text.length): TransactionSpec {
  const before = state.doc.lineAt(from)
  const after = state.doc.lineAt(to)
  const lead = state.sliceDoc(before.from, from).trim() === '' ? partingAbove(state, before.number) : '\n\n'
  const isEnd = state.sliceDoc(to, after.to).trim() === ''
  const trail = isEnd ? partingBelow(state, after.number) : '\n\n'
  const start = lead === '\n\n' ? from : before.from
  return {
    changes: { from: start, to: isEnd ? after.to : to, insert: lead + text + trail },
    selection: EditorSelection.cursor(start + lead.length + cursor),
    scrollIntoView: true
  }
}

function partingAbove (state: EditorState, number: number): string {
  return number === 1 || isEmptyLine(state.doc.line(number - 1)) ? '' : '\n'
}

function partingBelow (state: EditorState, number: number): string {
  return number === state.doc.lines || isEmptyLine(state.doc.line(number + 1)) ? '' : '\n'
}
