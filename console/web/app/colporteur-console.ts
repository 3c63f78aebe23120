import { ContextProvider } from '@lit/context'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { createNodeClient } from '../api/node-client.ts'
import { Live } from '../api/live.ts'
import { forgetToken, onTokenChange, openSession, readToken } from '../api/session.ts'
import { failureInWords } from '../elements/failure-in-words.ts'
import { languageFor, loadPhrases, type Phrases } from '../messages/catalogue.ts'
import { notifyByBrowser } from './browser-notifications.ts'
import { type ConsoleParts, partsContext, phrasesContext } from './console-parts.ts'
import './console-shell.ts'
import { Keys } from './keys.ts'
import { Notices } from './notices.ts'
import { Router } from './router.ts'
import { routes } from './routes.ts'
import { Settings } from './settings.ts'
import './signed-out.ts'

/** The whole console: opens the session, makes the parts, and hands them down. */
@customElement('colporteur-console')
export class ColporteurConsole extends LitElement {
  @state() private signedIn = readToken() !== null
  /** Why the address that was opened did not open a session. */
  @state() private refused: string | null = null
  @state() private phrases: Phrases | null = null
  #parts: ConsoleParts = {
    client: createNodeClient(token => this.#signOut(token)),
    live: new Live(),
    router: new Router(routes),
    settings: new Settings(),
    keys: new Keys(),
    notices: new Notices()
  }

  #followedWith: string | null = null
  #phrasesProvider: ContextProvider<typeof phrasesContext> | null = null

  constructor () {
    super()
    new ContextProvider(this, { context: partsContext, initialValue: this.#parts })
    this.#parts.settings.onChange(() => void this.#speak())
    notifyByBrowser(this.#parts, () => this.phrases!)
    void this.#start()
  }

  protected override createRenderRoot (): HTMLElement {
    return this
  }

  override render (): TemplateResult | typeof nothing {
    if (!this.phrases) return nothing
    return this.signedIn ? html`<console-shell></console-shell>` : html`<signed-out .refused=${this.refused}></signed-out>`
  }

  async #start (): Promise<void> {
    await this.#speak()
    await this.#signIn()
    this.#parts.router.listen()
    this.#parts.keys.listen(() => this.#parts.settings.values.letterKeys)
    this.#parts.live.on('refused', () => this.#signOut(readToken()))
    onTokenChange(() => this.#follow())
    // The address of a fresh code, opened in a window that is open already, only changes what follows the #.
    addEventListener('hashchange', () => { if (location.hash.startsWith('#code=')) void this.#signIn() })
  }

  async #signIn (): Promise<void> {
    try {
      await openSession()
      this.refused = null
    } catch (error) {
      this.refused = failureInWords(error, this.phrases!)
    }
    this.#parts.router.changed()
    this.#follow()
  }

  /** @param token that the node refused */
  #signOut (token: string | null): void {
    forgetToken(token)
    this.#follow()
  }

  /** Follows the node with the token that there is now. */
  #follow (): void {
    const token = readToken()
    this.signedIn = token !== null
    if (token === this.#followedWith) return
    this.#followedWith = token
    if (token === null) this.#parts.live.stop()
    else this.#parts.live.follow()
  }

  async #speak (): Promise<void> {
    const language = languageFor(this.#parts.settings.values.language, navigator.languages)
    if (language === document.documentElement.lang && this.phrases) return
    const phrases = await loadPhrases(language, navigator.languages)
    document.documentElement.lang = language
    this.phrases = phrases
    this.#phrasesProvider ??= new ContextProvider(this, { context: phrasesContext, initialValue: phrases })
    this.#phrasesProvider.setValue(phrases)
  }
}
