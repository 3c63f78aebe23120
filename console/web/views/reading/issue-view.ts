import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleView } from '../console-view.ts'
import './issue-reader.ts'

/** One issue by itself, wherever the person came from. */
@customElement('issue-view')
export class IssueView extends ConsoleView {
  @property() issue = ''

  override render (): TemplateResult {
    return html`<issue-reader class="desk-text alone" .ref=${this.issue} base="/issues"></issue-reader>`
  }
}
