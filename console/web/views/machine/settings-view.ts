import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { SettingValues } from '../../app/settings.ts'
import { LANGUAGES } from '../../messages/catalogue.ts'
import { ConsoleView } from '../console-view.ts'
import './backup-dialog.ts'
import './notification-settings.ts'

/** What a person chooses for this browser, and what this node is. */
@customElement('settings-view')
export class SettingsView extends ConsoleView {
  @state() private isBackingUp = false

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => this.requestUpdate())
    this.follow('statusChanged', () => this.requestUpdate())
    // They change elsewhere, too: in the palette, and in another window.
    this.letGoOf(this.parts.settings.onChange(() => this.requestUpdate()))
  }

  override render (): TemplateResult {
    const { shell, restoring, holding } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${shell.settings}</h1></header>
        <h2>${shell.thisBrowser}</h2>
        ${this.#choice('theme', shell.theme, { system: shell.themeSystem, light: shell.themeLight, dark: shell.themeDark })}
        ${this.#choice('language', shell.language, { system: shell.languageSystem, ...LANGUAGES })}
        <fieldset>
          <legend>${shell.keyboard}</legend>
          <label class="check"><input type="checkbox" aria-describedby="letter-keys" .checked=${this.parts.settings.values.letterKeys}
            @change=${(event: Event) => { this.parts.settings.set({ letterKeys: (event.target as HTMLInputElement).checked }) }}> ${shell.letterKeys}</label>
          <p class="hint" id="letter-keys">${shell.letterKeysHint}</p>
        </fieldset>
        <h2>${holding.notifications}</h2>
        <notification-settings></notification-settings>
        <h2>${shell.thisNode}</h2>
        ${this.#node()}
        <h2>${restoring.lossTitle}</h2>
        <p>${restoring.lossWhy}</p>
        <div class="actions">
          <button @click=${() => { this.isBackingUp = true }}>${restoring.makeBackup}</button>
          <a class="button quiet" href="#/restore">${restoring.restoreHere}</a>
        </div>
        ${this.isBackingUp ? html`<backup-dialog @closed=${() => { this.isBackingUp = false }}></backup-dialog>` : nothing}
      </div>
    `
  }

  #choice<Name extends 'theme' | 'language'> (name: Name, legend: string, labels: Record<SettingValues[Name], string>): TemplateResult {
    const { settings } = this.parts
    const options = Object.entries(labels) as [SettingValues[Name], string][]
    return html`
      <fieldset>
        <legend>${legend}</legend>
        ${options.map(([value, label]) => html`
          <label class="check">
            <input type="radio" name=${name} .checked=${settings.values[name] === value} @change=${() => { settings.set({ [name]: value }) }}> ${label}
          </label>
        `)}
      </fieldset>
    `
  }

  #node (): TemplateResult | typeof nothing {
    const { status } = this.parts.live
    if (!status) return nothing
    const { shell, formats } = this.phrases
    return html`
      <dl>
        <dt>${shell.version}</dt><dd>${status.version}</dd>
        <dt>${shell.home}</dt><dd><code>${status.home}</code></dd>
        <dt>${shell.running}</dt><dd>${formats.moment(status.startedAt)}</dd>
        ${status.restarts === 0 ? nothing : html`<dt>${shell.restarted}</dt><dd>${shell.times(status.restarts)}</dd>`}
        ${status.refused === 0 ? nothing : html`<dt>${shell.refused}</dt><dd>${shell.connections(status.refused)}</dd>`}
        <dt>${shell.memory}</dt><dd>${formats.bytes(status.memoryBytes)}</dd>
      </dl>
    `
  }
}
