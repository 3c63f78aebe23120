import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Where an issue is now, as far as this node really knows. */
@customElement('issue-whereabouts')
export class IssueWhereabouts extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue
  /** How many nodes are connected; null while it is not known. */
  @property({ attribute: false }) peers: number | null = null

  override render (): TemplateResult {
    const { writing } = this.phrases
    const { peers } = this
    return html`
      <section class="whereabouts" aria-labelledby="whereabouts">
        <h2 id="whereabouts">${writing.whereNow}</h2>
        <p role="status">${peers === null ? '' : peers === 0 ? writing.onlyHere : writing.peersConnected(peers)}</p>
        <p class="hint">${writing.keepOpen}</p>
      </section>
    `
  }
}
