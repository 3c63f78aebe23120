import '../styles/fonts.css'
import './lectern.css'
import { ReaderMarks } from './reader-marks.ts'
import { type Appearance, type FromLectern, isKeyOfConsole, isLink, isToLectern, MOST_BLOCKS, type ToLectern } from './lectern-messages.ts'

/**
 * Holds the page of an issue for the console. The page is of this origin, and without scripts; the console is of another.
 * So only this script sees both: it measures the page, dresses it, and passes on what a reader does in it.
 */
class Lectern {
  #console: string
  #frame: HTMLIFrameElement
  #whole = false
  #appearance: Appearance | null = null
  #marks: ReaderMarks | null = null
  #sizes = new ResizeObserver(() => this.#tellSize())

  /** @param console origin of the page that may show this one */
  constructor (console: string, frame: HTMLIFrameElement) {
    this.#console = console
    this.#frame = frame
    frame.addEventListener('load', () => this.#onLoad())
    document.addEventListener('keydown', event => this.#onKey(event))
    addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
      if (origin === console && source === parent && isToLectern(data)) this.#take(data)
    })
    this.#tell({ kind: 'ready' })
  }

  #take (message: ToLectern): void {
    switch (message.kind) {
      case 'show':
        this.#whole = message.whole
        this.#appearance = message.appearance
        // A page that is just being loaded would swallow keys: until somebody goes into it, they come here.
        this.#frame.blur()
        this.#frame.src = message.path
        break
      case 'dress':
        this.#appearance = message.appearance
        this.#dress()
        break
      case 'print':
        this.#frame.contentWindow?.print()
        break
      case 'mark':
        this.#marks?.show(message.marks)
        break
      case 'seek': {
        const top = this.#marks?.topOf(message.id) ?? null
        if (top !== null) this.#tell({ kind: 'jump', top: Math.max(0, top) })
      }
    }
  }

  #onLoad (): void {
    const page = this.#frame.contentDocument
    if (!this.#appearance || !page) return
    this.#sizes.disconnect()
    const main = page.querySelector('body > main')
    if (!main) return this.#tell({ kind: 'failed' })
    this.#marks = new ReaderMarks(page, main, message => this.#tell(message))
    this.#frame.title = page.title
    this.#dress()
    page.addEventListener('keydown', event => this.#onKey(event))
    page.addEventListener('click', event => this.#onClick(event))
    // Tells the size at once, and again when a picture or a font has come.
    this.#sizes.observe(page.documentElement)
    this.#sizes.observe(this.#frame)
  }

  #dress (): void {
    const { theme, size, face, width } = this.#appearance!
    for (const root of [document.documentElement, this.#frame.contentDocument?.documentElement]) {
      if (!root) continue
      if (theme === 'system') delete root.dataset.theme
      else root.dataset.theme = theme
      Object.assign(root.dataset, { size, face, width, ...(!this.#whole && { part: 'text' }) })
    }
  }

  #tellSize (): void {
    const page = this.#frame.contentDocument
    const text = page?.querySelector('body > main')
    if (!page || !text) return
    const height = Math.ceil(page.documentElement.getBoundingClientRect().height)
    this.#frame.style.height = `${height}px`
    const blocks = [...text.children].slice(0, MOST_BLOCKS).map(block => Math.max(0, Math.round(block.getBoundingClientRect().top)))
    const { pathname, search } = page.location
    this.#tell({ kind: 'laid', path: pathname + search, height, blocks })
  }

  #onKey (event: KeyboardEvent): void {
    const withCommand = event.ctrlKey || event.metaKey
    if (withCommand && event.key === 'p') {
      // The browser would print the console, with the text cut where the paper ends.
      event.preventDefault()
      return this.#frame.contentWindow?.print()
    }
    const palette = event.key === 'k' && withCommand
    if (!palette && (withCommand || event.altKey || !isKeyOfConsole(event.key))) return
    event.preventDefault()
    this.#tell({ kind: 'key', key: palette ? 'palette' : event.key })
  }

  /** The frame is as tall as its page and scrolls nowhere, so a link inside the text is followed by the console. */
  #onClick (event: MouseEvent): void {
    // Of the page's own realm, so that `instanceof` of this one would not know it.
    const link = (event.target as Element | null)?.closest?.('a[href]')
    const href = link?.getAttribute('href') ?? ''
    if (isLink(href)) this.#tell({ kind: 'follow', link: href })
    else if (href.startsWith('#')) this.#jump(href.slice(1))
    else return this.#marks?.clicked(event)
    event.preventDefault()
  }

  #jump (id: string): void {
    const page = this.#frame.contentDocument
    const target = page?.getElementById(id) ?? page?.getElementById(decoded(id))
    if (!page || !target) return
    page.querySelector('[data-target]')?.removeAttribute('data-target')
    target.dataset.target = ''
    if (!target.hasAttribute('tabindex')) target.tabIndex = -1
    target.focus({ preventScroll: true })
    this.#tell({ kind: 'jump', top: Math.max(0, target.getBoundingClientRect().top) })
  }

  #tell (message: FromLectern): void {
    parent.postMessage(message, this.#console)
  }
}

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign
  }
}

const { console } = document.documentElement.dataset
const frame = document.querySelector('iframe')
if (parent !== window && console && frame) new Lectern(console, frame)
