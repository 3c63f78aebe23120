import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Writer } from '../../../../shared/api/newsletters.ts'
import type { HistoryIssue, KeptHistory, WriterHistory } from '../../../../shared/api/writers.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import './histories-dialog.css'

const EXPORT = 'colporteur writers history … --export FOLDER'

/** The histories of a writer beside each other: which issues differ; and a button to read on with the other one. */
@customElement('histories-dialog')
export class HistoriesDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  /** Address. */
  @property() newsletter = ''
  @property({ attribute: false }) writer!: Writer
  @state() private history: WriterHistory | null = null
  @state() private isWorking = false
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    void this.#do(() => this.parts.client.getWriterHistory({ params: this.#params }))
  }

  protected override heading (): string {
    const { name, id } = this.writer
    return this.phrases.histories.of(name || id)
  }

  protected override content (): TemplateResult {
    const { histories, shell } = this.phrases
    return html`
      ${this.history === null
        ? this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing
        : this.history.kept.length === 0 ? html`<p>${histories.notWhole}</p>` : this.history.kept.map(kept => this.#kept(kept))}
      ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      <p class="hint">${histories.export} <code class="export-command" dir="ltr">${EXPORT}</code></p>
      <div class="actions"><button autofocus @click=${() => this.close()}>${shell.close}</button></div>
    `
  }

  #kept ({ fork, treeHash, issues }: KeptHistory): TemplateResult {
    const { histories } = this.phrases
    const differing = issues.filter(({ differs }) => differs)
    return html`
      <table class="both-histories">
        <thead><tr><th scope="col">${histories.here}</th><th scope="col">${histories.other}</th></tr></thead>
        <tbody>${differing.map(({ here, other }) => html`<tr><td dir="auto">${this.#issue(here)}</td><td dir="auto">${this.#issue(other)}</td></tr>`)}</tbody>
      </table>
      <p class="meta">${histories.same(issues.length - differing.length)}</p>
      ${fork === 0 ? html`<div class="actions"><button ?disabled=${this.isWorking} @click=${() => void this.#take(treeHash)}>${histories.take}</button></div>` : nothing}
    `
  }

  #issue (issue: HistoryIssue | null): string {
    const { histories, reading } = this.phrases
    if (!issue) return histories.noIssue
    return issue.revision === 0 ? histories.noTitle : `${reading.issueNumber(issue.number)}: ${issue.title}`
  }

  get #params (): { newsletter: string, writer: string } {
    return { newsletter: this.newsletter, writer: this.writer.id }
  }

  async #take (treeHash: string): Promise<void> {
    await this.#do(() => this.parts.client.decideWriterHistory({ params: this.#params, body: { choice: 'take', treeHash } }))
  }

  async #do (work: () => Promise<WriterHistory>): Promise<void> {
    this.isWorking = true
    this.failure = null
    try {
      this.history = await work()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
