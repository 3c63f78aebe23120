import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'
import './check-words.ts'
import './copy-button.ts'
import './qr-code.ts'

/** How others come to read a newsletter: its link, as text, as a code for a camera, and in a few words for a mail. */
@customElement('share-box')
export class ShareBox extends ConsoleElement {
  /** `colporteur://…` */
  @property() link = ''
  /** Of that address. */
  @property() checkWords = ''
  /** Title of the newsletter. */
  @property() name = ''
  /** Title of the issue to speak of; '' for the newsletter as a whole. */
  @property() what = ''

  override render (): TemplateResult {
    const { publishing } = this.phrases
    const text = publishing.mailText(this.name, this.link, this.what)
    const mail = `mailto:?subject=${encodeURIComponent(this.what || this.name)}&body=${encodeURIComponent(text)}`
    return html`
      <section class="share" aria-label=${`${publishing.share}: ${this.name}`}>
        <h2>${publishing.share}</h2>
        <div class="share-link">
          <qr-code .text=${this.link} .label=${publishing.qrLabel(this.name)}></qr-code>
          <div>
            <p>${publishing.shareHow}</p>
            <p><code>${this.link}</code></p>
            <copy-button .text=${this.link} .label=${publishing.copyLink}></copy-button>
            ${this.checkWords === '' ? nothing : html`<check-words .words=${this.checkWords} own></check-words>`}
          </div>
        </div>
        <details>
          <summary>${publishing.mailSummary}</summary>
          <p class="mail-text" dir="auto">${text}</p>
          <div class="actions">
            <copy-button .text=${text} .label=${publishing.copyText}></copy-button>
            <a class="button" href=${mail}>${publishing.openMail}</a>
          </div>
        </details>
      </section>
    `
  }
}
