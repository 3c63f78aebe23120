import { type ChangeSpec, Compartment, EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Messages } from '../messages/catalogue.ts'
import { commandNamed, type EditorCommand, pressedAt } from './commands/editor-commands.ts'
import { insertBlocks } from './commands/insert.ts'
import type { EditorRequest } from './commands/keys.ts'
import { type LinkInText, linkAt, setLink } from './commands/links.ts'
import { picturesChanged } from './drawing/picture-widgets.ts'
import type { PastedPicture } from './paste/pictures-of-html.ts'
import { type PictureInText, pictureAtCursor, picturesIn, pictureText } from './pictures/picture-text.ts'
import { textExtensions } from './text-extensions.ts'

export interface TextEditorEvents {
  'text-changed': null
  /** What the toolbar shows as pressed may be another. */
  'cursor-moved': null
  'editor-request': EditorRequest
  'files-given': { files: File[], at: number }
  'pictures-pasted': { pictures: PastedPicture[], lost: number }
  'picture-opened': PictureInText
}

export interface Place { position: number }

/**
 * The field for an issue's text. It has a shadow root of its own, because CodeMirror's styles may go there without a
 * `<style>`, which the Content-Security-Policy forbids.
 */
export class TextEditor extends HTMLElement {
  /** To be set before it is put into the page. */
  words!: Messages['writing']
  text = ''
  language = ''
  findPlace: () => HTMLElement = () => this
  sourceOf: (target: string) => string | null = () => null
  #view: EditorView | null = null
  #told = new Compartment()
  #places = new Set<Place>()

  connectedCallback (): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    this.#view = new EditorView({ parent: root, root, state: this.#newState(this.text) })
  }

  disconnectedCallback (): void {
    this.text = this.value
    this.#view?.destroy()
    this.#view = null
  }

  get view (): EditorView {
    if (!this.#view) throw new Error('The editor is not in the page.')
    return this.#view
  }

  /** The Markdown as it is now. */
  get value (): string {
    return this.#view ? this.#view.state.doc.toString() : this.text
  }

  /** Puts another text in the place of this one. Ctrl+Z brings the old one back, and no change is told. */
  replaceText (text: string): void {
    const { state } = this.view
    if (text === this.value) return
    const anchor = Math.min(state.selection.main.anchor, text.length)
    this.view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text }, selection: { anchor }, annotations: Transaction.remote.of(true) })
  }

  /** The language of the text, or that of the console, was changed. */
  tellOptions (): void {
    this.view.dispatch({ effects: this.#told.reconfigure(this.#extensions()) })
  }

  /** Files came or went. */
  tellPictures (): void {
    this.#view?.dispatch({ effects: picturesChanged.of(null) })
  }

  run (command: EditorCommand): void {
    commandNamed(command)(this.view)
    if (command !== 'find') this.view.focus()
  }

  get pressed (): EditorCommand[] {
    return this.#view ? pressedAt(this.#view.state) : []
  }

  override focus (): void {
    this.#view?.focus()
  }

  /** @param line from 1 */
  goToLine (line: number): void {
    const { doc } = this.view.state
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines))
    this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
    this.view.focus()
  }

  get link (): LinkInText {
    return linkAt(this.view.state)
  }

  setLink (link: LinkInText, words: string, target: string): void {
    this.view.dispatch(setLink(link, words, target))
    this.view.focus()
  }

  get pictureAtCursor (): PictureInText | null {
    return pictureAtCursor(this.view.state)
  }

  get pictures (): PictureInText[] {
    return picturesIn(this.view.state)
  }

  /** Puts Markdown on lines of its own, at a place or at the cursor. */
  insert (markdown: string, at?: number): void {
    const { state } = this.view
    const place = at === undefined ? state.selection.main : { from: Math.min(at, state.doc.length), to: Math.min(at, state.doc.length) }
    this.view.dispatch({ ...insertBlocks(state, markdown, place), userEvent: 'input' })
  }

  /** A place that stays where it is in the text, however that is written on. */
  keepPlace (position: number): Place & { release: () => void } {
    const place = { position, release: () => { this.#places.delete(place) } }
    this.#places.add(place)
    return place
  }

  /** Changes every picture with this target; '' as the new target takes it out. */
  changePicture (target: string, change: Partial<Pick<PictureInText, 'alt' | 'caption' | 'target'>>): void {
    const changes = this.#picturesChanged(target, change)
    if (changes.length > 0) this.view.dispatch({ changes, userEvent: 'input' })
  }

  /** Puts the target of a picture in the place of the one that was named for it until it came. Ctrl+Z does not bring that back. */
  settlePicture (placeholder: string, target: string): void {
    const changes = this.#picturesChanged(placeholder, { target })
    if (changes.length > 0) this.view.dispatch({ changes, annotations: Transaction.addToHistory.of(false) })
  }

  #picturesChanged (target: string, change: Partial<Pick<PictureInText, 'alt' | 'caption' | 'target'>>): ChangeSpec[] {
    return this.pictures.filter(picture => picture.target === target).map(picture => ({
      from: picture.from, to: picture.to, insert: change.target === '' ? '' : pictureText({ ...picture, ...change })
    }))
  }

  #newState (doc: string): EditorState {
    return EditorState.create({
      doc,
      extensions: [
        this.#told.of(this.#extensions()),
        EditorView.updateListener.of(({ changes, docChanged, selectionSet, transactions }) => {
          for (const place of this.#places) place.position = changes.mapPos(place.position, 1)
          const isOurs = transactions.some(transaction => transaction.docChanged && !transaction.annotation(Transaction.remote))
          if (docChanged && isOurs) this.#tell('text-changed', null)
          if (docChanged || selectionSet) this.#tell('cursor-moved', null)
        })
      ]
    })
  }

  #extensions () {
    return textExtensions({
      words: this.words,
      language: this.language,
      findPlace: this.findPlace(),
      sourceOf: target => this.sourceOf(target),
      ask: request => this.#tell('editor-request', request),
      onOpen: picture => this.#tell('picture-opened', picture),
      onFiles: (files, at) => this.#tell('files-given', { files, at }),
      onPictures: (pictures, lost) => this.#tell('pictures-pasted', { pictures, lost })
    })
  }

  #tell<Name extends keyof TextEditorEvents> (name: Name, detail: TextEditorEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

customElements.define('text-editor', TextEditor)
