import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Storage } from '../../../../shared/api/machine.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './machine.css'

/** Measuring the home reads all its folders, so news of progress makes it look again only so often. */
const LOOK_MS = 5_000
/** Below it an issue with pictures may not fit any more. */
const LOW_BYTES = 500_000_000

/** What newsletters and the home take of the disk. */
@customElement('storage-view')
export class StorageView extends ConsoleView {
  @state() private storage: Storage | null = null
  @state() private failure: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'newsletterRemoved'] as const) this.follow(name, () => void this.#load())
    for (const name of ['subscriptionProgressed', 'newsletterChanged'] as const) this.follow(name, () => this.#loadSoon())
    void this.#load()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${shell.storage}</h1></header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.storage ? this.#content(this.storage) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
      </div>
    `
  }

  #content ({ newsletters, home, disk }: Storage): TemplateResult {
    const { machine, formats } = this.phrases
    const summary = machine.storageSummary(home.totalBytes, disk.freeBytes)
    const other = Math.max(0, home.totalBytes - home.storeBytes - home.libraryBytes - home.draftsBytes)
    return html`
      <p>${summary}</p>
      <meter class="disk" min="0" max=${disk.totalBytes} value=${disk.totalBytes - disk.freeBytes} aria-label=${summary}></meter>
      ${disk.freeBytes < LOW_BYTES ? html`<p class="warning" role="alert">${machine.diskLow}</p>` : nothing}
      <h2>${machine.byNewsletter}</h2>
      ${newsletters.length === 0 ? html`<p class="hint">${machine.storageEmpty}</p>` : this.#table(newsletters)}
      <h2>${machine.theRest}</h2>
      <table class="figures plain"><tbody>
        ${([[machine.store, home.storeBytes], [machine.library, home.libraryBytes], [machine.drafts, home.draftsBytes], [machine.other, other]] as const).map(([label, size]) => html`
          <tr><th scope="row">${label}</th><td class="number">${formats.bytes(size)}</td></tr>`)}
      </tbody></table>
      <p class="hint">${machine.storeNote}</p>
    `
  }

  #table (newsletters: Storage['newsletters']): TemplateResult {
    const { machine, reading, formats } = this.phrases
    return html`
      <table class="figures">
        <thead><tr><th scope="col">${machine.newsletter}</th><th scope="col">${machine.issuesHere}</th><th scope="col" class="number">${machine.takes}</th></tr></thead>
        <tbody>${newsletters.map(({ newsletter, title, role, issues, haveBytes, knownBytes }) => html`
          <tr>
            <th scope="row" class="titles"><a href="#/newsletters/${newsletter}" dir="auto">${title || reading.unknownTitle}</a>
              ${role === 'subscribed' ? nothing : html` <span class="meta">${reading.roles[role]}</span>`}</th>
            <td data-label=${machine.issuesHere}>${machine.issuesOf(issues.ready, issues.total)}</td>
            <td class="number" data-label=${machine.takes}>${formats.bytes(haveBytes)}${role === 'subscribed' && knownBytes > haveBytes ? html` <span class="meta">${machine.toCome(knownBytes - haveBytes)}</span>` : nothing}</td>
          </tr>`)}</tbody>
      </table>
    `
  }

  #loadSoon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#load()
    }, LOOK_MS)
  }

  async #load (): Promise<void> {
    try {
      this.storage = await this.parts.client.getStorage()
      this.failure = null
    } catch (error) {
      if (!this.storage) this.failure = failureInWords(error, this.phrases)
    }
  }
}
