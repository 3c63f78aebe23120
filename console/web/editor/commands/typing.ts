import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { isEmptyLine, isLiteral } from '../drawing/gaps.ts'
import { isIn } from './enter.ts'

/**
 * Who types on an empty line sees a new paragraph begin. Right below a text Markdown would take it for a part of that, so
 * an empty line is put between.
 */
export function apartFromAbove (): Extension {
  return EditorView.inputHandler.of((view, from, to, text) => {
    const { state } = view
    const line = state.doc.lineAt(from)
    if (from !== to || line.number === 1 || !/\S/.test(text) || text === '>' || !isEmptyLine(line) || line.text.includes('>')) return false
    const above = state.doc.line(line.number - 1)
    // A line that ends so asks for another one.
    if (/(?:\\|[ ]{2})$/.test(above.text)) return false
    if (isEmptyLine(above) || isLiteral(state, above.to) || isIn(state, above.to, 'Table') || isIn(state, above.to, 'HorizontalRule')) return false
    view.dispatch({
      changes: { from: line.from, to: line.to, insert: `\n${text}` },
      selection: { anchor: line.from + 1 + text.length },
      userEvent: 'input.type',
      scrollIntoView: true
    })
    return true
  })
}
