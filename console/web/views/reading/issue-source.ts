import { html, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import '../../elements/copy-button.ts'
import { ConsoleView } from '../console-view.ts'

/** The Markdown of an issue, as its writer signed it. */
@customElement('issue-source')
export class IssueSource extends ConsoleView {
  @property() ref = ''
  @state() private markdown: string | null = null

  override willUpdate (changed: PropertyValues<this>): void {
    if (changed.has('ref')) void this.#load()
  }

  override render (): TemplateResult {
    const { reading, shell } = this.phrases
    if (this.markdown === null) return html`<p class="meta" role="status">${shell.loading}</p>`
    return html`
      <div class="row"><p class="meta">${reading.sourceTitle}</p><copy-button .text=${this.markdown} .label=${shell.copy}></copy-button></div>
      <pre class="source" tabindex="0" dir="auto">${this.markdown}</pre>
    `
  }

  async #load (): Promise<void> {
    this.markdown = null
    await this.attempt(async () => {
      const { content } = await this.parts.client.getIssueContent({ params: { issue: this.ref }, query: { format: 'markdown' } })
      this.markdown = content
    })
  }
}
