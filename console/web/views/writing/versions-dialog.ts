import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { DraftVersion, DraftVersionText } from '../../../../shared/api/drafts.ts'
import { aroundChanges, differenceOf, type Part } from '../../editor/text-difference.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import type { DraftDesk } from './draft-desk.ts'

/** Of what did not change, so much is shown beside what did. */
const AROUND = 160

/** The versions of a draft to go back to, each with what is different in the text as it is now. Emits `version-taken`. */
@customElement('versions-dialog')
export class VersionsDialog extends ModalDialog {
  @property({ attribute: false }) desk!: DraftDesk
  @state() private versions: DraftVersion[] | null = null
  @state() private chosen: DraftVersionText | null = null
  @state() private failure: string | null = null
  #wanted: number | null = null
  #choosing: Promise<void> = Promise.resolve()

  override connectedCallback (): void {
    super.connectedCallback()
    void this.#attempt(async () => {
      await this.desk.autosave.saveNow()
      this.versions = await this.desk.versions()
      const [, before] = this.versions
      // What the other window saved; this one's draft may not have heard of it yet.
      const conflict = this.desk.autosave.saving.state === 'conflict' ? this.versions.find(({ kept }) => kept === 'saved') : undefined
      const first = conflict ?? before
      if (first) await this.#choose(first.version)
    })
  }

  protected override heading (): string {
    return this.phrases.writing.versions
  }

  protected override content (): TemplateResult {
    const { writing, shell } = this.phrases
    return html`
      ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      ${this.versions === null ? html`<p class="meta" role="status">${this.failure === null ? shell.loading : ''}</p>` : this.#room(this.versions)}
      <div class="actions">
        ${this.chosen === null ? nothing : html`<button class="primary" @click=${this.#take}>${writing.goBackToVersion}</button>`}
        <button @click=${() => this.close()}>${shell.close}</button>
      </div>
    `
  }

  #room (versions: DraftVersion[]): TemplateResult {
    const { writing } = this.phrases
    if (versions.length < 2 && !this.chosen) return html`<p>${writing.noVersions}</p>`
    return html`
      <div class="versions">
        <ul class="version-list" aria-label=${writing.versions}>${versions.map(version => this.#version(version))}</ul>
        <div class="version-difference" role="region" tabindex="0" aria-label=${writing.whatDiffers}>${this.chosen ? this.#difference(this.chosen) : nothing}</div>
      </div>
    `
  }

  #version ({ version, savedAt, words, kept }: DraftVersion): TemplateResult {
    const { writing, formats } = this.phrases
    return html`
      <li>
        <button type="button" class="version" aria-pressed=${this.chosen?.version === version} @click=${() => { this.#choosing = this.#attempt(() => this.#choose(version)) }}>
          <span>${formats.exact(savedAt)}</span>
          <span class="meta">${writing.words(words)}${version === this.desk.draft.version ? ` · ${writing.versionNow}` : ''}</span>
          ${kept === 'conflict' ? html`<span class="meta warn">${writing.versionBeside}</span>` : nothing}
        </button>
      </li>
    `
  }

  /** Read from the version to now: what was written since is added. */
  #difference (version: DraftVersionText): TemplateResult {
    const { writing } = this.phrases
    const parts = differenceOf(asText(version), asText(this.desk.autosave.text))
    const warning = version.problem ? html`<p class="warning" role="status">${writing.versionChanged}</p>` : nothing
    if (parts.every(({ kind }) => kind === 'same')) return html`${warning}<p class="meta">${writing.versionSame}</p>`
    return html`
      ${warning}
      <p class="meta">${writing.versionLegend} <ins>${writing.versionAdded}</ins> <del>${writing.versionRemoved}</del></p>
      <div class="version-text" dir="auto">${aroundChanges(parts, AROUND).map(part => shown(part))}</div>
    `
  }

  async #choose (version: number): Promise<void> {
    this.#wanted = version
    const text = await this.desk.version(version)
    // Who was quicker than the node means the last one.
    if (version === this.#wanted) this.chosen = text
  }

  #take = async (): Promise<void> => {
    // Who was quicker than the node means the version that was clicked last.
    await this.#choosing
    if (this.failure !== null) return
    this.emit('version-taken', this.chosen)
    this.close()
  }

  async #attempt (work: () => Promise<void>): Promise<void> {
    this.failure = null
    try {
      await work()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }
}

function asText ({ title, subtitle, markdown }: { title: string, subtitle: string, markdown: string }): string {
  return `${title}\n${subtitle}\n\n${markdown}\n`
}

function shown ({ kind, text }: Part): TemplateResult {
  if (kind === 'added') return html`<ins>${text}</ins>`
  return kind === 'removed' ? html`<del>${text}</del>` : html`<span>${text}</span>`
}
