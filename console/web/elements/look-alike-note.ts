import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { LookAlike } from '../../../shared/api/check-words.ts'
import { ConsoleElement } from './console-element.ts'

/** Says for which other newsletter one can be taken by its name, and lets their check words be compared. */
@customElement('look-alike-note')
export class LookAlikeNote extends ConsoleElement {
  @property({ attribute: false }) looksLike: LookAlike | null = null
  /** Of the newsletter that this is about. */
  @property() checkWords = ''

  override render (): TemplateResult | typeof nothing {
    if (!this.looksLike) return nothing
    const { trust, formats } = this.phrases
    const { newsletter, title, checkWords, role, since } = this.looksLike
    return html`
      <div class="refused" role="alert">
        <h2>${trust.lookAlikeTitle}</h2>
        <p>${trust.looksLike} <a href="#/newsletters/${newsletter}"><bdi>${title}</bdi></a>, ${role === 'own' ? trust.youWrite : trust.youFollow(formats.day(since))} ${trust.compareBoth}</p>
        <dl class="check-words">
          <dt>${trust.thisOne}</dt><dd><code lang="en" dir="ltr" translate="no">${this.checkWords}</code></dd>
          <dt>${trust.otherOne}</dt><dd><code lang="en" dir="ltr" translate="no">${checkWords}</code></dd>
        </dl>
      </div>
    `
  }
}
