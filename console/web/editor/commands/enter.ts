import { insertNewline } from '@codemirror/commands'
import { deleteMarkupBackward, insertNewlineContinueMarkupCommand } from '@codemirror/lang-markdown'
import { syntaxTree } from '@codemirror/language'
import { EditorSelection, type EditorState, type StateCommand, type TransactionSpec } from '@codemirror/state'
import { isEmptyLine, isLiteral } from '../drawing/gaps.ts'

const continueMarkup = insertNewlineContinueMarkupCommand({ nonTightLists: false })
/** An item in no other item or quotation, with nothing in it. */
const EMPTY_ITEM = /^(?:[-+*]|\d{1,9}[.)])(?:[ \t]+\[[ xX]\])?[ \t]*$/
const QUOTE_MARKS = /^[ \t]*(?:>[ \t]?)+/

/**
 * Begins a new paragraph, item or line of code, whichever the place asks for. In Markdown a paragraph ends with an empty
 * line; who presses Enter once means a new one.
 */
export const newParagraph: StateCommand = target => {
  const { state, dispatch } = target
  const { main, ranges } = state.selection
  if (ranges.length > 1 || isLiteral(state, main.from) || isIn(state, main.from, 'Table')) return insertNewline(target)
  const line = state.doc.lineAt(main.from)
  if (main.empty && EMPTY_ITEM.test(line.text) && isIn(state, main.from, 'ListItem')) {
    dispatch(state.update(leaveList(state, line.from, line.to)))
    return true
  }
  if (isIn(state, main.from, 'ListItem')) return continueMarkup(target) || insertNewline(target)
  const marks = QUOTE_MARKS.exec(line.text)?.[0] ?? ''
  if (marks !== '' && main.from - line.from >= marks.length) {
    dispatch(state.update(line.text.length === marks.length && main.empty ? leaveQuote(state, line.from, line.to) : split(state, marks)))
    return true
  }
  dispatch(state.update(isEmptyLine(line) ? state.replaceSelection('\n') : split(state, ''), { scrollIntoView: true, userEvent: 'input' }))
  return true
}

/** A new line of the same paragraph. */
export const newLine: StateCommand = ({ state, dispatch }) => {
  const line = state.doc.lineAt(state.selection.main.from)
  const marks = QUOTE_MARKS.exec(line.text)?.[0] ?? ''
  const indent = isIn(state, line.to, 'ListItem') ? ' '.repeat(/^[ \t]*(?:[-+*]|\d{1,9}[.)])?[ \t]*/.exec(line.text)![0].length) : marks
  const isPlain = isEmptyLine(line) || isLiteral(state, line.from)
  dispatch(state.update(state.replaceSelection(isPlain ? '\n' : `\\\n${indent}`), { scrollIntoView: true, userEvent: 'input' }))
  return true
}

/** Takes back what opens the line, or goes on to what deletes a character. */
export const deleteOpening: StateCommand = target => {
  const { state, dispatch } = target
  const { main } = state.selection
  const line = state.doc.lineAt(main.head)
  const heading = /^#{1,6}[ \t]+/.exec(line.text)?.[0] ?? ''
  if (main.empty && heading !== '' && main.head === line.from + heading.length && isIn(state, line.from + 1, 'ATXHeading')) {
    dispatch(state.update({ changes: { from: line.from, to: main.head }, userEvent: 'delete' }))
    return true
  }
  return deleteMarkupBackward(target)
}

function split (state: EditorState, marks: string): TransactionSpec {
  const { from, to } = state.selection.main
  const line = state.doc.lineAt(from)
  // Blanks at the end of a line mean a line break, and at its start sometimes code.
  const start = from - (/[ \t]*$/.exec(state.sliceDoc(line.from + marks.length, from))![0].length)
  const end = to + (/^[ \t]*/.exec(state.sliceDoc(to, state.doc.lineAt(to).to))![0].length)
  const insert = `\n${marks.trimEnd()}\n${marks}`
  return { changes: { from: start, to: end, insert }, selection: EditorSelection.cursor(start + insert.length), scrollIntoView: true, userEvent: 'input' }
}

/** The empty line parts what follows from the list: without it, it would go on in the last item. */
function leaveList (state: EditorState, from: number, to: number): TransactionSpec {
  const isFirst = from === 0 || isEmptyLine(state.doc.lineAt(from - 1))
  const insert = isFirst ? '' : '\n'
  return { changes: { from, to, insert }, selection: EditorSelection.cursor(from + insert.length), scrollIntoView: true, userEvent: 'input' }
}

function leaveQuote (state: EditorState, from: number, to: number): TransactionSpec {
  const before = from === 0 ? null : state.doc.lineAt(from - 1)
  // The line of marks alone, which would have parted two paragraphs of the quotation, parts it from what follows.
  const start = before && isEmptyLine(before) ? before.from : from
  const insert = start === 0 ? '' : '\n'
  return { changes: { from: start, to, insert }, selection: EditorSelection.cursor(start + insert.length), scrollIntoView: true, userEvent: 'input' }
}

export function isIn (state: EditorState, position: number, name: string): boolean {
  for (let node = syntaxTree(state).resolveInner(position, -1); ; node = node.parent) {
    if (node.name.startsWith(name)) return true
    if (!node.parent) return false
  }
}
