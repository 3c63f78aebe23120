import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'
import { icon, type IconName } from '../../elements/icon.ts'
import type { EditorCommand } from '../commands/editor-commands.ts'
import type { EditorRequest } from '../commands/keys.ts'

interface Tool {
  icon: IconName
  label: string
  /** As `aria-keyshortcuts` writes it. */
  keys?: string
  command?: EditorCommand
  request?: EditorRequest
}

/**
 * The tools of the editor. One stop of the Tab key; arrow keys go from tool to tool. Emits `editor-command` and
 * `editor-request`.
 */
@customElement('editor-toolbar')
export class EditorToolbar extends ConsoleElement {
  /** What the cursor stands in. */
  @property({ attribute: false }) pressed: EditorCommand[] = []

  override render (): TemplateResult {
    const tools = this.#tools()
    return html`
      <div class="toolbar" role="toolbar" aria-label=${this.phrases.writing.tools} aria-controls="text" @keydown=${this.#onKey} @focusin=${this.#onFocus}>
        ${tools.map((tool, i) => this.#button(tool, i === 0))}
      </div>
    `
  }

  #button ({ icon: name, label, keys, command, request }: Tool, isFirst: boolean): TemplateResult {
    const isToggle = command !== undefined && !['undo', 'redo', 'find'].includes(command)
    const isPressed = isToggle && this.pressed.includes(command)
    const run = (): void => { command ? this.emit('editor-command', command) : this.emit('editor-request', request) }
    return html`
      <button type="button" class="tool" title=${keys ? `${label} (${keys.replace('Control', 'Ctrl')})` : label} aria-label=${label}
        aria-pressed=${isToggle ? String(isPressed) : null} aria-keyshortcuts=${keys ?? null} tabindex=${isFirst ? 0 : -1}
        @mousedown=${(event: Event) => event.preventDefault()} @click=${run}>${icon(name)}</button>
    `
  }

  #tools (): Tool[] {
    const { writing } = this.phrases
    return [
      { icon: 'heading', label: writing.heading, command: 'h2', keys: 'Control+Alt+2' },
      { icon: 'subheading', label: writing.subheading, command: 'h3', keys: 'Control+Alt+3' },
      { icon: 'bold', label: writing.strong, command: 'strong', keys: 'Control+B' },
      { icon: 'italic', label: writing.em, command: 'em', keys: 'Control+I' },
      { icon: 'link', label: writing.link, request: 'link', keys: 'Control+K' },
      { icon: 'quote', label: writing.quote, command: 'quote', keys: 'Control+Shift+9' },
      { icon: 'bullets', label: writing.bullets, command: 'bullets', keys: 'Control+Shift+8' },
      { icon: 'numbers', label: writing.numbers, command: 'numbers', keys: 'Control+Shift+7' },
      { icon: 'picture', label: writing.picturePick, request: 'picture' },
      { icon: 'attachment', label: writing.attachment, request: 'attachment' },
      { icon: 'undo', label: writing.undo, command: 'undo', keys: 'Control+Z' },
      { icon: 'redo', label: writing.redo, command: 'redo', keys: 'Control+Y' },
      { icon: 'find', label: writing.find, command: 'find', keys: 'Control+F' }
    ]
  }

  #onKey = (event: KeyboardEvent): void => {
    const buttons = [...this.querySelectorAll('button')]
    const at = buttons.indexOf(event.target as HTMLButtonElement)
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }
    const next = steps[event.key]
    if (at === -1 || next === undefined) return
    event.preventDefault()
    const isReversed = getComputedStyle(this).direction === 'rtl' && event.key.startsWith('Arrow')
    buttons.at(((isReversed ? 2 * at - next : next) + buttons.length) % buttons.length)!.focus()
  }

  /** Tab comes back to where one was. */
  #onFocus = ({ target }: FocusEvent): void => {
    for (const button of this.querySelectorAll('button')) button.tabIndex = button === target ? 0 : -1
  }
}
