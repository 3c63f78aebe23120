import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import '../../elements/language-field.ts'
import type { LanguageField } from '../../elements/language-field.ts'
import { ConsoleView } from '../console-view.ts'
import './writing.css'

/** How a newsletter that is written here describes itself to readers. */
@customElement('describe-view')
export class DescribeView extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  @state() private shown: Newsletter | null = null
  @state() private failure: string | null = null
  @state() private isSaving = false
  @query('form') private form!: HTMLFormElement
  @query('language-field') private languageField!: LanguageField

  override connectedCallback (): void {
    super.connectedCallback()
    // What is typed already is not overwritten by what another window saves.
    this.follow('state', () => {
      this.shown ??= this.#own()
      this.requestUpdate()
    })
    this.shown = this.#own()
  }

  override render (): TemplateResult {
    const { shell, revising } = this.phrases
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${revising.describeTitle}</h1></header>
        <p class="deck">${revising.describeDeck}</p>
        ${this.#isSealed() ? html`<p class="warning" role="status">${this.phrases.locks.sealedAway}</p>` : this.shown ? this.#fields(this.shown) : html`<p class="meta" role="status">${this.parts.live.connected ? this.phrases.reading.newsletterGone : shell.loading}</p>`}
      </div>
    `
  }

  #fields ({ title, description, authors, language, website, rhythm, licence }: Newsletter): TemplateResult {
    const { shell, writing, revising } = this.phrases
    const optional = html`<span class="optional">${writing.optional}</span>`
    return html`
      <form @submit=${this.#save}>
        <label for="title">${writing.newsletterTitle}</label>
        <input id="title" name="title" type="text" required maxlength="200" autocomplete="off" dir="auto" .value=${title}>
        <label for="description">${writing.newsletterDescription} ${optional}</label>
        <textarea id="description" name="description" rows="3" maxlength="2000" dir="auto" .value=${description}></textarea>
        <label for="authors">${revising.authors} ${optional}</label>
        <textarea id="authors" name="authors" rows="2" dir="auto" .value=${authors.join('\n')}></textarea>
        <language-field .label=${writing.newsletterLanguage} .value=${language}></language-field>
        <label for="rhythm">${revising.rhythm} ${optional}</label>
        <input id="rhythm" name="rhythm" type="text" maxlength="200" autocomplete="off" dir="auto" .value=${rhythm}>
        <label for="website">${revising.website} ${optional}</label>
        <input id="website" name="website" type="url" maxlength="500" autocomplete="off" .value=${website}>
        <label for="licence">${revising.licence} ${optional}</label>
        <input id="licence" name="licence" type="text" maxlength="200" autocomplete="off" dir="auto" .value=${licence}>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="primary" ?disabled=${this.isSaving}>${revising.saveDescription}</button>
          <a class="button quiet" href="#/newsletters/${this.newsletter}">${shell.cancel}</a>
        </div>
      </form>
    `
  }

  /** Its keys are sealed with a machine key that is not here. */
  #isSealed (): boolean { return this.#own()?.notWriting?.code === 'NO_MACHINE_KEY' }

  #own (): Newsletter | null {
    const newsletter = this.parts.live.newsletters.get(this.newsletter)
    return newsletter?.role === 'own' ? newsletter : null
  }

  #save = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { client, notices, router } = this.parts
    const { authors, ...words } = Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]))
    this.isSaving = true
    this.failure = null
    try {
      const names = (authors ?? '').split('\n').map(name => name.trim()).filter(name => name !== '')
      await client.describeNewsletter({ params: { newsletter: this.newsletter }, body: { ...words, authors: names, language: this.languageField.code } })
      notices.done(this.phrases.revising.described)
      router.replace(`/newsletters/${this.newsletter}`)
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isSaving = false
  }
}
