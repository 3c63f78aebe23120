import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { ModalDialog } from '../elements/modal-dialog.ts'
import { type Command, commandsOf, matching } from './commands.ts'
import { type ConsoleParts, partsContext } from './console-parts.ts'

const SHOWN = 12

/** Everything the console can do, by typing a few letters of its name. */
@customElement('command-palette')
export class CommandPalette extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  @state() private typed = ''
  @state() private chosen = 0

  protected override heading (): string {
    return this.phrases.shell.palette
  }

  protected override content (): TemplateResult {
    const { shell } = this.phrases
    const found = this.#found()
    return html`
      <input type="text" role="combobox" aria-label=${shell.palette} placeholder=${shell.paletteHint} aria-expanded="true" autofocus
        aria-controls="palette-list" aria-activedescendant=${found.length > 0 ? `palette-${this.chosen}` : nothing}
        autocomplete="off" spellcheck="false" .value=${this.typed} @input=${this.#onInput} @keydown=${this.#onKey}>
      <ul id="palette-list" role="listbox" aria-label=${shell.palette} class="palette-list">
        ${found.map((command, i) => html`
          <li id="palette-${i}" role="option" aria-selected=${i === this.chosen} @click=${() => this.#run(command)}>${command.label}</li>
        `)}
      </ul>
      ${found.length === 0 ? html`<p class="hint" role="status">${shell.paletteNone}</p>` : nothing}
    `
  }

  #found (): Command[] {
    return matching(commandsOf(this.parts, this.phrases), this.typed).slice(0, SHOWN)
  }

  #onInput = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value
    this.chosen = 0
  }

  #onKey = (event: KeyboardEvent): void => {
    const found = this.#found()
    if (event.key === 'ArrowDown') this.chosen = Math.min(found.length - 1, this.chosen + 1)
    else if (event.key === 'ArrowUp') this.chosen = Math.max(0, this.chosen - 1)
    else if (event.key === 'Enter' && found[this.chosen]) this.#run(found[this.chosen]!)
    else return
    event.preventDefault()
  }

  #run ({ run }: Command): void {
    this.close()
    run()
  }
}
