import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { ConsoleElement } from '../elements/console-element.ts'
import type { EditorCommand } from './commands/editor-commands.ts'
import './menus/editor-toolbar.ts'
import type { TextEditor } from './text-editor.ts'
import './text-editor.ts'
import type { WordCounter } from './word-counter.ts'
import './word-counter.ts'
import './sheet.css'

export interface SheetText {
  title: string
  subtitle: string
  markdown: string
}

/**
 * The sheet of paper: title, deck and text, with the tools above and the count of words below. Emits `text-changed`, and
 * passes on what the editor asks for.
 */
@customElement('draft-sheet')
export class DraftSheet extends ConsoleElement {
  /** What stands there at first; later texts are shown by {@link show}. */
  @property({ attribute: false }) start!: SheetText
  /** BCP 47. */
  @property() language = ''
  @property({ attribute: false }) sourceOf: (target: string) => string | null = () => null
  @state() private pressed: EditorCommand[] = []
  @query('#title') private titleField!: HTMLTextAreaElement
  @query('#deck') private deckField!: HTMLTextAreaElement
  @query('text-editor') private field!: TextEditor
  @query('word-counter') private counter!: WordCounter

  get editor (): TextEditor { return this.field }

  get value (): SheetText {
    return { title: this.titleField.value.trim(), subtitle: this.deckField.value.trim(), markdown: this.field.value }
  }

  /** Puts another text in the place of what stands there. */
  show ({ title, subtitle, markdown }: SheetText): void {
    this.titleField.value = title
    this.deckField.value = subtitle
    this.field.replaceText(markdown)
    this.counter.countSoon()
  }

  override firstUpdated (): void {
    this.titleField.value = this.start.title
    this.deckField.value = this.start.subtitle
    if (this.start.title === '' && this.start.markdown === '') this.titleField.focus()
  }

  override updated (changed: PropertyValues): void {
    const isLater = this.hasUpdated && (changed.get('phrases') !== undefined || changed.get('language') !== undefined)
    if (!isLater) return
    this.field.words = this.phrases.writing
    this.field.language = this.language
    this.field.tellOptions()
  }

  override render (): TemplateResult {
    const { writing } = this.phrases
    return html`
      <editor-toolbar .pressed=${this.pressed} @editor-command=${({ detail }: CustomEvent<EditorCommand>) => this.field.run(detail)}></editor-toolbar>
      <div class="find-place"></div>
      <div class="sheet" lang=${this.language} @keydown=${this.#onKey}>
        <textarea id="title" class="sheet-title" rows="1" maxlength="500" aria-label=${writing.title} placeholder=${writing.title} dir="auto" @input=${this.#onField}></textarea>
        <textarea id="deck" class="sheet-deck" rows="1" maxlength="1000" aria-label=${writing.deck} placeholder=${writing.deckPlaceholder} dir="auto" @input=${this.#onField}></textarea>
        <text-editor id="text" .words=${writing} .text=${this.start.markdown} .language=${this.language} .sourceOf=${this.sourceOf} .findPlace=${() => this.querySelector('.find-place')!}
          @cursor-moved=${this.#onCursor}></text-editor>
      </div>
      <word-counter .read=${() => this.value}></word-counter>
    `
  }

  #onField = (event: Event): void => {
    const field = event.target as HTMLTextAreaElement
    // A title is one line, however it was pasted.
    if (field.value.includes('\n')) field.value = field.value.replace(/\s*\n\s*/g, ' ')
    this.emit('text-changed')
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return
    if (event.target === this.titleField) this.deckField.focus()
    else if (event.target === this.deckField) this.field.focus()
    else return
    event.preventDefault()
  }

  #onCursor = (): void => {
    const { pressed } = this.field
    if (pressed.join() !== this.pressed.join()) this.pressed = pressed
  }
}
