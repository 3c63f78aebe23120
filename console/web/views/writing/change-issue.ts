import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import { ConsoleView } from '../console-view.ts'

/** What an author can still do with an issue that has gone out. */
@customElement('change-issue')
export class ChangeIssue extends ConsoleView {
  @property({ attribute: false }) issue!: Issue

  override render (): TemplateResult {
    const { revising } = this.phrases
    const { change, revision, ref } = this.issue
    const isWithdrawn = change === 'retraction' || change === 'erasure'
    return html`
      <section class="change-issue" aria-labelledby="change-issue">
        <h2 id="change-issue">${revising.change}</h2>
        ${isWithdrawn ? nothing : html`<p class="hint">${revising.correctHint}</p>`}
        <div class="actions">
          ${isWithdrawn ? nothing : html`<button @click=${() => void this.#correct()}>${revising.correct}</button>`}
          ${isWithdrawn ? nothing : html`<button @click=${() => void this.#withdraw(false)}>${revising.retract}</button>`}
          ${change === 'erasure' ? nothing : html`<button class="danger" @click=${() => void this.#withdraw(true)}>${revising.erase}</button>`}
          ${revision > 1 ? html`<a class="button quiet" href="#/issues/${encodeURIComponent(ref)}/revisions">${revising.seeRevisions(revision)}</a>` : nothing}
        </div>
      </section>
    `
  }

  async #correct (): Promise<void> {
    const draft = await this.attempt(() => this.parts.client.correctInDraft({ params: { issue: this.issue.ref } }))
    if (draft) this.parts.router.go(`/drafts/${draft.id}`)
  }

  async #withdraw (erases: boolean): Promise<void> {
    await import('./withdraw-dialog.ts')
    const dialog = document.createElement('withdraw-dialog')
    Object.assign(dialog, { issue: this.issue, erases })
    dialog.addEventListener('closed', () => dialog.remove())
    this.append(dialog)
  }
}
