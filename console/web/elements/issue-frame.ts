import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { type Appearance, type FromLectern, isFromLectern, type Mark, type ToLectern } from '../lectern/lectern-messages.ts'
import { ConsoleElement } from './console-element.ts'
import './issue-frame.css'

/** A lectern that has not said anything by then can't be reached: behind a tunnel for one port, for example. */
const LECTERN_MS = 4_000
/** One that was reached before is waited for longer: then it is the machine that is busy. */
const LECTERN_AGAIN_MS = 30_000
let wasReached = false
const SANDBOX = 'allow-same-origin allow-scripts allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads'

/**
 * The text of an issue or draft, written by others: shown in a frame on the reading origin, as tall as its page. Where
 * that origin can't be reached, the page is shown by this one, in a box that scrolls.
 *
 * Emits `laid` ({ height, blocks }: see the lectern's message), `jump` ({ top }), `follow` ({ link }), `plain` when it had to do
 * without the lectern, and `failed` when there was no page; and as the lectern tells them `selected`, `unselected`, `marked`
 * and `highlight`. Keys are passed on as key presses of the console.
 */
@customElement('issue-frame')
export class IssueFrame extends ConsoleElement {
  /** Of the page, with its pass, as the node gave it. */
  @property() path = ''
  /** Null: there is no reading origin. */
  @property({ type: Number }) readingPort: number | null = null
  /** Everything of the page, as by itself; otherwise only its text. */
  @property({ type: Boolean }) whole = false
  @property({ attribute: false }) appearance!: Appearance
  /** Says what is shown to who can't see it. */
  @property() label = ''
  @state() private isPlain = false
  @state() private isReady = false
  @state() private isLaid = false
  @query('iframe') private frame!: HTMLIFrameElement | null
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    addEventListener('message', this.#onMessage)
    this.#timer = setTimeout(() => { if (!this.isReady) this.#goPlain() }, wasReached ? LECTERN_AGAIN_MS : LECTERN_MS)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    removeEventListener('message', this.#onMessage)
    clearTimeout(this.#timer)
    // Its page goes with it; in another place it begins anew.
    this.isReady = this.isLaid = false
  }

  override willUpdate (changed: PropertyValues<this>): void {
    if (this.readingPort === null) this.#goPlain()
    if (!changed.has('path')) return
    this.isLaid = false
    // The page that had the keys goes away; until the next one is there, they are the console's.
    if (document.activeElement === this.frame) this.frame?.blur()
  }

  override render (): TemplateResult | typeof nothing {
    if (this.path === '') return nothing
    if (this.isPlain) return html`<iframe class="plain" title=${this.label} src=${this.path} sandbox="allow-popups allow-popups-to-escape-sandbox allow-downloads"></iframe>`
    return html`<iframe class=${this.isLaid ? 'laid' : ''} title=${this.label} src="${this.#origin}/lectern.html" sandbox=${SANDBOX} scrolling="no"></iframe>`
  }

  override updated (changed: PropertyValues): void {
    if (!this.isReady || this.isPlain) return
    if (changed.has('isReady') || changed.has('path') || changed.has('whole')) {
      this.#tell({ kind: 'show', path: this.path, whole: this.whole, appearance: this.appearance })
    } else if (changed.has('appearance')) this.#tell({ kind: 'dress', appearance: this.appearance })
  }

  /** The page, with its head and foot, on paper. */
  print (): void {
    if (this.isReady && !this.isPlain) this.#tell({ kind: 'print' })
    else open(this.path, '_blank', 'noopener')
  }

  /** Shows what the reader has highlighted. */
  mark (marks: Mark[]): void {
    if (this.isReady && !this.isPlain) this.#tell({ kind: 'mark', marks })
  }

  /** Leads to a mark: emits `jump`. */
  seek (id: string): void {
    this.#tell({ kind: 'seek', id })
  }

  get #origin (): string {
    return `${location.protocol}//${location.hostname}:${this.readingPort}`
  }

  #onMessage = ({ origin, source, data }: MessageEvent<unknown>): void => {
    if (origin === this.#origin && source === this.frame?.contentWindow && isFromLectern(data)) this.#take(data)
  }

  #take (message: FromLectern): void {
    switch (message.kind) {
      case 'ready':
        this.isReady = wasReached = true
        break
      case 'laid':
        // The page before may still have something to say.
        if (message.path !== this.path) return
        this.frame!.style.height = `${message.height}px`
        this.isLaid = true
        this.emit('laid', message)
        break
      case 'key':
        this.#press(message.key)
        break
      case 'jump': case 'follow': case 'failed': case 'selected': case 'unselected': case 'marked': case 'highlight':
        this.emit(message.kind, message)
    }
  }

  #press (key: string): void {
    const press = key === 'palette' ? { key: 'k', ctrlKey: true } : { key }
    this.dispatchEvent(new KeyboardEvent('keydown', { ...press, bubbles: true, composed: true, cancelable: true }))
  }

  #goPlain (): void {
    if (this.isPlain) return
    this.isPlain = true
    this.emit('plain')
  }

  #tell (message: ToLectern): void {
    this.frame?.contentWindow?.postMessage(message, this.#origin)
  }
}
