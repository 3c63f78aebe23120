import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import '../../elements/copy-button.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'

/** The Markdown of an issue, as its writer signed it. */
@customElement('issue-source')
export class IssueSource extends ConsoleView {
  @property() ref = ''
  @state() private markdown: string | null = null
  @state() private failure: string | null = null

  override willUpdate (changed: PropertyValues<this>): void {
    if (changed.has('ref')) void this.#load()
  }

  override render (): TemplateResult {
    const { reading, shell } = this.phrases
    if (this.failure !== null) return html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`
    if (this.markdown === null) return html`<p class="meta" role="status">${shell.loading}</p>`
    return html`
      <div class="row"><p class="meta">${reading.sourceTitle}</p><copy-button .text=${this.markdown} .label=${shell.copy}></copy-button></div>
      <pre class="source" tabindex="0" dir="auto">${this.markdown}</pre>
    `
  }

  async #load (): Promise<void> {
    const { ref } = this
    this.markdown = this.failure = null
    try {
      const { content } = await this.parts.client.getIssueContent({ params: { issue: ref }, query: { format: 'markdown' } })
      if (ref === this.ref) this.markdown = content
    } catch (error) {
      if (ref === this.ref) this.failure = failureInWords(error, this.phrases)
    }
  }
}
