import type { FromLectern, Mark } from './lectern-messages.ts'
import { PageText } from './page-text.ts'

/** Somebody who selects with the mouse changes the selection all the time. */
const REST_MS = 150

type PageWindow = Window & typeof globalThis

/** What the reader has highlighted in a page: shows it, and tells what is selected. The page itself is not changed. */
export class ReaderMarks {
  #page: Document
  #tell: (message: FromLectern) => void
  #text: PageText
  #ranges = new Map<string, Range>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor (page: Document, main: Element, tell: (message: FromLectern) => void) {
    this.#page = page
    this.#tell = tell
    this.#text = new PageText(main)
    page.addEventListener('selectionchange', () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#tellSelected(), REST_MS)
    })
  }

  show (marks: Mark[]): void {
    this.#ranges = new Map(marks.flatMap(mark => {
      const range = this.#text.rangeOf(mark)
      return range ? [[mark.id, range]] : []
    }))
    const { CSS, Highlight } = this.#page.defaultView as PageWindow
    // An older browser shows the list of them alone.
    if ('highlights' in CSS) CSS.highlights.set('reader', new Highlight(...this.#ranges.values()))
    this.#tell({ kind: 'marked', ids: [...this.#ranges.keys()] })
  }

  /** Told when somebody clicks on a mark. */
  clicked ({ clientX, clientY }: MouseEvent): void {
    const found = [...this.#ranges].find(([, range]) => [...range.getClientRects()].some(({ left, right, top, bottom }) =>
      clientX >= left && clientX <= right && clientY >= top && clientY <= bottom))
    if (found && this.#page.getSelection()?.isCollapsed) this.#tell({ kind: 'highlight', id: found[0] })
  }

  /** Where a mark begins, in the page; null: nowhere. */
  topOf (id: string): number | null {
    return this.#ranges.get(id)?.getBoundingClientRect().top ?? null
  }

  #tellSelected (): void {
    const selected = this.#text.selected(this.#page.getSelection())
    this.#tell(selected ? { kind: 'selected', ...selected } : { kind: 'unselected' })
  }
}
