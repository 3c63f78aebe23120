import { html, svg, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { IssueCopiesDetails } from '../../../../shared/api/copies.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

const WIDTH = 320
const HEIGHT = 56

/** How the copies of an issue became more, as a line, with the numbers behind it. */
@customElement('copies-chart')
export class CopiesChart extends ConsoleElement {
  /** Oldest first; each holds until the next. */
  @property({ attribute: false }) history: IssueCopiesDetails['history'] = []

  override render (): TemplateResult {
    const { publishing, formats } = this.phrases
    const last = this.history.at(-1)!
    return html`
      <figure class="chart">
        <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${publishing.chartLabel(last.copies)} preserveAspectRatio="none">${svg`<path d=${this.#line()}></path>`}</svg>
        <details>
          <summary>${publishing.chartSummary}</summary>
          <div class="scrolls" tabindex="0" role="region" aria-label=${publishing.chartSummary}>
            <table>
              <thead><tr><th scope="col">${publishing.chartWhen}</th><th scope="col">${publishing.fullCopies}</th></tr></thead>
              <tbody>${this.history.toReversed().map(({ at, copies }) => html`<tr><td>${formats.moment(at)}</td><td>${formats.number(copies)}</td></tr>`)}</tbody>
            </table>
          </div>
        </details>
      </figure>
    `
  }

  /** Steps: between two counts, the earlier one held. */
  #line (): string {
    const startMs = Date.parse(this.history[0]!.at)
    const spanMs = Math.max(1, Date.now() - startMs)
    const most = Math.max(1, ...this.history.map(({ copies }) => copies))
    const x = (at: string): number => Math.round((Date.parse(at) - startMs) / spanMs * WIDTH)
    const y = (copies: number): number => Math.round(HEIGHT - 2 - copies / most * (HEIGHT - 4))
    const steps = this.history.slice(1).map(({ at, copies }) => `H${x(at)}V${y(copies)}`)
    return `M0 ${y(this.history[0]!.copies)}${steps.join('')}H${WIDTH}`
  }
}
