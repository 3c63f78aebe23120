import { html, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { failureInWords } from '../../elements/failure-in-words.ts'
import '../../elements/language-field.ts'
import type { LanguageField } from '../../elements/language-field.ts'
import { ConsoleView } from '../console-view.ts'
import './writing.css'

/** Starts a newsletter. What it is called can be changed later; its words are shown next. */
@customElement('start-newsletter-view')
export class StartNewsletterView extends ConsoleView {
  @state() private failure: string | null = null
  @state() private isStarting = false
  @query('#newsletter-title') private titleField!: HTMLInputElement
  @query('#newsletter-description') private descriptionField!: HTMLTextAreaElement
  @query('#newsletter-author') private authorField!: HTMLInputElement
  @query('#announce') private announceField!: HTMLInputElement
  @query('language-field') private languageField!: LanguageField

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'statusChanged'] as const) this.follow(name, () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { shell, writing } = this.phrases
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${shell.startNewsletter}</h1></header>
        <p class="deck">${writing.startDeck}</p>
        ${this.canSeal ? this.#form() : html`<p class="warning" role="status">${writing.startNotNow}</p>`}
      </div>
    `
  }

  #form (): TemplateResult {
    const { writing, reading, restoring } = this.phrases
    return html`
      <form @submit=${this.#start}>
        <label for="newsletter-title">${writing.newsletterTitle}</label>
        <input id="newsletter-title" type="text" required maxlength="200" autocomplete="off" dir="auto">
        <label for="newsletter-description">${writing.newsletterDescription} <span class="optional">${writing.optional}</span></label>
        <textarea id="newsletter-description" rows="2" maxlength="2000" dir="auto"></textarea>
        <label for="newsletter-author">${writing.newsletterAuthor} <span class="optional">${writing.optional}</span></label>
        <input id="newsletter-author" type="text" maxlength="200" autocomplete="name" dir="auto">
        <language-field .label=${writing.newsletterLanguage} .value=${this.phrases.formats.language}></language-field>
        <label class="check"><input type="checkbox" id="announce" checked aria-describedby="announce-hint"> ${reading.announce}</label>
        <p class="hint" id="announce-hint">${reading.announceOwnHint}</p>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions"><button class="primary" ?disabled=${this.isStarting}>${this.isStarting ? writing.starting : writing.start}</button></div>
      </form>
      <p class="hint">${this.phrases.root.invited} <a href="#/accept">${this.phrases.root.accept}</a></p>
      <p class="hint">${restoring.haveWords} <a href="#/restore">${restoring.title}</a></p>
    `
  }

  #start = async (event: Event): Promise<void> => {
    event.preventDefault()
    const description = this.descriptionField.value.trim()
    const author = this.authorField.value.trim()
    this.isStarting = true
    this.failure = null
    try {
      const body = {
        title: this.titleField.value.trim(), language: this.languageField.code, ...(description && { description }), ...(author && { authors: [author] }),
        ...(!this.announceField.checked && { announce: false })
      }
      const { newsletter } = await this.parts.client.createNewsletter({ body })
      this.parts.router.replace(`/newsletters/${newsletter.address}/words`)
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
      this.isStarting = false
    }
  }
}
