import type { Extension } from '@codemirror/state'
import { Decoration, type DecorationSet, type EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from '@codemirror/view'

/** TK, "to come": what writers put where something is missing. As the check before publishing finds it. */
export const TO_COME = /(?<![\p{L}\p{N}])(?:TK)+(?![\p{L}\p{N}])/gu

const matcher = new MatchDecorator({ regexp: TO_COME, decoration: Decoration.mark({ class: 'cm-to-come' }) })

class ToCome {
  decorations: DecorationSet

  constructor (view: EditorView) {
    this.decorations = matcher.createDeco(view)
  }

  update (update: ViewUpdate): void {
    this.decorations = matcher.updateDeco(update, this.decorations)
  }
}

/** Marks what is still to come, so that it is seen before publishing asks for it. */
export function toCome (): Extension {
  return ViewPlugin.fromClass(ToCome, { decorations: found => found.decorations })
}
