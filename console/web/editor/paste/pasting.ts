import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { insertBlocks } from '../commands/insert.ts'
import { isAddress, linkTarget } from '../commands/links.ts'
import { isLiteral } from '../drawing/gaps.ts'
import { parseForeign } from './parse-foreign.ts'
import type { PastedPicture } from './pictures-of-html.ts'

export interface PasteOptions {
  /** Files were pasted or dropped at a place of the text. */
  onFiles: (files: File[], at: number) => void
  /** A text came with pictures in it, which the text names by their placeholders, or left some behind. */
  onPictures: (pictures: PastedPicture[], lost: number) => void
}

/** Takes in what is pasted and dropped: text of other programs as clean Markdown, pictures and files as such. */
export function pasting (options: PasteOptions): Extension {
  return EditorView.domEventHandlers({
    paste: (event, view) => event.clipboardData !== null && !view.state.readOnly && take(event, view, event.clipboardData, options),
    drop: (event, view) => {
      const files = [...event.dataTransfer?.files ?? []]
      if (files.length === 0 || view.state.readOnly) return false
      event.preventDefault()
      options.onFiles(files, view.posAtCoords({ x: event.clientX, y: event.clientY }, false))
      return true
    },
    dragover: event => {
      if (!event.dataTransfer?.types.includes('Files')) return false
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      return true
    }
  })
}

function take (event: ClipboardEvent, view: EditorView, data: DataTransfer, options: PasteOptions): boolean {
  const { main } = view.state.selection
  const html = data.getData('text/html')
  const text = data.getData('text/plain')
  const files = [...data.files]
  // A copied picture comes with an <img> beside it, and a page of a word processor sometimes with a picture of itself.
  if (files.length > 0 && !hasWords(html, text)) {
    event.preventDefault()
    options.onFiles(files, main.from)
    return true
  }
  if (!main.empty && isAddress(text)) {
    event.preventDefault()
    const words = view.state.sliceDoc(main.from, main.to)
    view.dispatch(view.state.replaceSelection(`[${words}](${linkTarget(text)})`), { userEvent: 'input.paste', scrollIntoView: true })
    return true
  }
  // Editors of code say so; what they colour is Markdown already, or code.
  if (html === '' || data.types.includes('vscode-editor-data') || isLiteral(view.state, main.from)) return false
  event.preventDefault()
  void pasteHtml(view, html, text, options)
  return true
}

/** The converter is loaded when it is needed for the first time. What can not be converted arrives as the text that it is. */
async function pasteHtml (view: EditorView, html: string, text: string, { onPictures }: PasteOptions): Promise<void> {
  const converted = await import('./html-to-markdown.ts').then(({ hasStructure, htmlToMarkdown }) =>
    hasStructure(html) || text === '' ? htmlToMarkdown(html) : null).catch(() => null)
  if (!converted) {
    const plain = text === '' ? parseForeign(html).textContent!.trim() : text
    view.dispatch(view.state.replaceSelection(plain.replace(/\r\n?/g, '\n')), { userEvent: 'input.paste', scrollIntoView: true })
    return
  }
  const { markdown, pictures, lost } = converted
  const isBlocks = /\n/.test(markdown) || /^(#{1,6} |> |- |\d+\. |```|---$|!\[)/.test(markdown)
  const change = isBlocks ? insertBlocks(view.state, markdown, view.state.selection.main) : view.state.replaceSelection(markdown)
  view.dispatch(change, { userEvent: 'input.paste', scrollIntoView: true })
  if (pictures.length > 0 || lost > 0) onPictures(pictures, lost)
}

function hasWords (html: string, text: string): boolean {
  if (text.trim() !== '') return true
  return html !== '' && parseForeign(html).textContent!.trim() !== ''
}
