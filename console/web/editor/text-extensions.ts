import { indentUnit } from '@codemirror/language'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, placeholder } from '@codemirror/view'
import type { Messages } from '../messages/catalogue.ts'
import { type EditorRequest, keys } from './commands/keys.ts'
import { apartFromAbove } from './commands/typing.ts'
import { drawing } from './drawing/drawing.ts'
import { type PictureOptions, pictureWidgets } from './drawing/picture-widgets.ts'
import { theme } from './drawing/theme.ts'
import { toCome } from './drawing/to-come.ts'
import { shownMarkdown } from './markdown-language.ts'
import { finding } from './menus/find-panel.ts'
import { slashMenu } from './menus/slash-menu.ts'
import { type PasteOptions, pasting } from './paste/pasting.ts'

export interface TextOptions extends PictureOptions, PasteOptions {
  words: Messages['writing']
  /** Of the text; BCP 47. */
  language: string
  ask: (request: EditorRequest) => void
  /** Where the panel for finding goes. */
  findPlace: HTMLElement
}

/** Everything that makes a room for writing of a field for text. */
export function textExtensions (options: TextOptions): Extension {
  const { words, ask, findPlace } = options
  return [
    shownMarkdown,
    // By so much an item is nested below one that begins with a bullet, and below one with a number.
    indentUnit.of('    '),
    keys(ask),
    apartFromAbove(),
    drawing(),
    pictureWidgets(options),
    toCome(),
    slashMenu(words, ask),
    finding(words, findPlace),
    pasting(options),
    placeholder(words.textPlaceholder),
    EditorView.lineWrapping,
    EditorView.perLineTextDirection.of(true),
    EditorState.tabSize.of(4),
    EditorView.contentAttributes.of({
      'aria-label': words.text, lang: options.language, spellcheck: 'true', autocorrect: 'on', autocapitalize: 'sentences'
    }),
    theme
  ]
}
