import { EditorSelection } from '@codemirror/state'
import type { Command, EditorView } from '@codemirror/view'
import { isGap } from '../drawing/gaps.ts'
import { movingOverGaps } from '../drawing/drawing.ts'

/** Moves the cursor by a line as it is seen: over the space between two paragraphs, in its column. */
export function lineMotion (forward: boolean, extend: boolean): Command {
  return view => movingOverGaps(view, () => {
    const ranges = view.state.selection.ranges.map(range => {
      const first = view.moveVertically(range, forward)
      const moved = isGap(view.state, view.state.doc.lineAt(first.head)) ? view.moveVertically(first, forward) : first
      return extend ? EditorSelection.range(range.anchor, moved.head, moved.goalColumn) : moved
    })
    return select(view, EditorSelection.create(ranges, view.state.selection.mainIndex))
  })
}

function select (view: EditorView, selection: EditorSelection): boolean {
  if (selection.eq(view.state.selection)) return false
  view.dispatch({ selection, scrollIntoView: true, userEvent: 'select' })
  return true
}
