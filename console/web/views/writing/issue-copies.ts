import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Holder, IssueCopiesDetails } from '../../../../shared/api/copies.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import './copies-chart.ts'

/** Where an issue is now: what receipts prove, and no more. */
@customElement('issue-copies')
export class IssueCopiesBox extends ConsoleElement {
  /** Null until it is known. */
  @property({ attribute: false }) copies: IssueCopiesDetails | null = null
  /** How many nodes are connected. */
  @property({ type: Number }) peers = 0

  override render (): TemplateResult {
    const { publishing } = this.phrases
    return html`
      <section class="copies" aria-labelledby="copies-heading">
        <h2 id="copies-heading">${publishing.whereNow}</h2>
        ${this.copies === null ? html`<p class="meta">${this.phrases.shell.loading}</p>` : this.#content(this.copies)}
      </section>
    `
  }

  #content ({ issue, holders, history }: IssueCopiesDetails): TemplateResult {
    const { publishing, formats } = this.phrases
    const { state, copies, keepers, owners, target, claimed, spreading } = issue
    const part = spreading && spreading.ofBytes > 0 ? spreading.haveBytes / (spreading.ofBytes * spreading.nodes) : null
    return html`
      <div role="status">
        <p class="copies-state ${state}" title=${publishing.copiesHints[state]}>${state === 'copies' ? publishing.copiesCount(copies) : publishing.copiesStates[state]}</p>
        <p>${this.#sentence(issue)}</p>
      </div>
      <progress max=${target.copies + target.owners} .value=${Math.min(copies, target.copies) + Math.min(owners, target.owners)}
        aria-label=${publishing.copiesOfTarget(copies, target.copies, owners, target.owners)}></progress>
      <dl class="copy-figures">
        <div><dt>${publishing.fullCopies}</dt><dd>${formats.number(copies)}</dd></div>
        <div><dt>${publishing.keepersWithOwners(owners)}</dt><dd>${formats.number(keepers)}</dd></div>
        <div><dt>${publishing.nodesConnected}</dt><dd>${formats.number(this.peers)}</dd></div>
      </dl>
      ${spreading && part !== null ? html`<p class="hint">${publishing.spreadingTo(spreading.nodes, formats.percent(Math.min(1, part)))}</p>` : nothing}
      ${claimed > 0 ? html`<p class="hint">${publishing.claimed(claimed)}</p>` : nothing}
      ${history.length > 1 ? html`<copies-chart .history=${history}></copies-chart>` : nothing}
      ${holders.length > 0 ? this.#holders(holders) : nothing}
    `
  }

  /** What it means for who would like to close the machine. */
  #sentence ({ state, copies, owners, target }: IssueCopiesDetails['issue']): string {
    const { publishing } = this.phrases
    if (state === 'safe') return publishing.safeSentence
    if (state === 'atRisk') return publishing.atRiskSentence
    if (state === 'onlyHere' && this.peers === 0) return publishing.onlyHere
    return publishing.keepOpenUntil(Math.max(0, target.copies - copies), Math.max(0, target.owners - owners))
  }

  #holders (holders: Holder[]): TemplateResult {
    const { publishing, formats } = this.phrases
    return html`
      <details>
        <summary>${publishing.holders}</summary>
        <div class="scrolls" tabindex="0" role="region" aria-label=${publishing.holders}>
          <table>
            <thead><tr><th scope="col">${publishing.holderWho}</th><th scope="col">${publishing.holderState}</th><th scope="col">${publishing.holderChecked}</th></tr></thead>
            <tbody>${holders.map(({ kind, name, owner, id, state, checkedAt, until }) => html`
              <tr>
                <td>${kind === 'reader' ? publishing.aReader : html`<span dir="auto">${name || id}</span>${owner ? html` <span class="meta" dir="auto">${owner}</span>` : nothing}`}</td>
                <td>${publishing.holderStates[state]}${until ? html`<span class="meta"> ${publishing.promisedUntil(formats.day(until))}</span>` : nothing}</td>
                <td>${checkedAt ? formats.ago(checkedAt) : '–'}</td>
              </tr>
            `)}</tbody>
          </table>
        </div>
      </details>
    `
  }
}
