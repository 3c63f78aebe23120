import { syntaxTree } from '@codemirror/language'
import { type Extension, Prec, type Range, RangeSet, RangeSetBuilder, type RangeValue } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { isGap } from './gaps.ts'
import { inlineMarks } from './inline-marks.ts'
import { isLeftward, lineShapes } from './line-shapes.ts'

const gap = Decoration.line({ class: 'cm-gap' })
const leftward = Decoration.line({ attributes: { dir: 'rtl' } })

/** Draws what is to be seen of the text as it will look. What lies outside of the window costs nothing. */
class Drawing {
  decorations: DecorationSet = Decoration.none
  /** From the end of a paragraph to the start of the next. */
  gaps: RangeSet<RangeValue> = RangeSet.empty

  constructor (view: EditorView) {
    this.#draw(view)
  }

  update ({ view, state, startState, docChanged, viewportChanged, selectionSet }: ViewUpdate): void {
    if (docChanged || viewportChanged || selectionSet || syntaxTree(state) !== syntaxTree(startState)) this.#draw(view)
  }

  #draw ({ state, visibleRanges }: EditorView): void {
    const drawn: Range<Decoration>[] = []
    const gaps = new RangeSetBuilder<RangeValue>()
    for (const { from, to } of visibleRanges) {
      drawn.push(...lineShapes(state, from, to), ...inlineMarks(state, from, to))
      for (let at = from; at <= to;) {
        const line = state.doc.lineAt(at)
        if (isLeftward(line.text)) drawn.push(leftward.range(line.from))
        if (isGap(state, line)) {
          drawn.push(gap.range(line.from))
          gaps.add(line.from - 1, line.to + 1, gap)
        }
        at = line.to + 1
      }
    }
    this.decorations = Decoration.set(drawn, true)
    this.gaps = gaps.finish()
  }
}

const plugin = ViewPlugin.fromClass(Drawing, { decorations: drawing => drawing.decorations })
/** While the cursor moves by lines, gaps are lines like others: it passes over them by {@link movingOverGaps}. */
const moving = new WeakSet<EditorView>()

/** Runs `move` as if no gap held the cursor off. */
export function movingOverGaps<T> (view: EditorView, move: () => T): T {
  moving.add(view)
  try {
    return move()
  } finally {
    moving.delete(view)
  }
}

export function drawing (): Extension {
  return [
    plugin,
    Prec.lowest(EditorView.atomicRanges.of(view => moving.has(view) ? RangeSet.empty : view.plugin(plugin)?.gaps ?? RangeSet.empty))
  ]
}
