import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { create } from 'qrcode'
import { ConsoleElement } from './console-element.ts'

/** Cameras want so much white around it. */
const MARGIN = 4

/** A text as a code for cameras: dark on white in every theme, because not every camera reads it the other way round. */
@customElement('qr-code')
export class QrCode extends ConsoleElement {
  @property() text = ''
  @property() label = ''

  override render (): TemplateResult {
    const { modules: { size, data } } = create(this.text, { errorCorrectionLevel: 'M' })
    const squares = [...data].map((dark, i) => dark ? `M${i % size + MARGIN} ${Math.floor(i / size) + MARGIN}h1v1h-1z` : '').join('')
    const side = size + 2 * MARGIN
    return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      <rect width=${side} height=${side} fill="#fff"></rect><path d=${squares} fill="#000"></path></svg>`
  }
}
