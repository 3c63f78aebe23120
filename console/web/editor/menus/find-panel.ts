import { closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll, replaceNext, search, SearchQuery, setSearchQuery } from '@codemirror/search'
import type { Extension } from '@codemirror/state'
import { type EditorView, type Panel, panels, runScopeHandlers } from '@codemirror/view'
import type { Messages } from '../../messages/catalogue.ts'

/** As many are counted; nobody steps through more. */
const COUNTED = 1000

/**
 * Finds and replaces in the text; a panel, opened by Ctrl+F.
 *
 * @param place where the panel goes: the text scrolls with the page, and would take it along
 */
export function finding (words: Messages['writing'], place: HTMLElement): Extension {
  return [search({ top: true, createPanel: view => new FindPanel(view, words) }), panels({ topContainer: place })]
}

class FindPanel implements Panel {
  readonly dom = document.createElement('div')
  readonly top = true
  #view: EditorView
  #words: Messages['writing']
  #find: HTMLInputElement
  #replace: HTMLInputElement
  #count = document.createElement('span')

  constructor (view: EditorView, words: Messages['writing']) {
    this.#view = view
    this.#words = words
    const query = getSearchQuery(view.state)
    this.#find = this.#input(words.find, query.search)
    this.#find.setAttribute('main-field', 'true')
    this.#replace = this.#input(words.replaceBy, query.replace)
    this.#count.setAttribute('role', 'status')
    this.#count.className = 'find-count'
    this.dom.className = 'find-panel'
    this.dom.setAttribute('role', 'search')
    this.dom.append(
      row(this.#find, this.#button(words.previous, () => findPrevious(view)), this.#button(words.next, () => findNext(view)), this.#count,
        this.#button(words.closeFind, () => this.#close())),
      row(this.#replace, this.#button(words.replace, () => replaceNext(view)), this.#button(words.replaceAll, () => replaceAll(view)))
    )
    this.dom.addEventListener('keydown', this.#onKey)
    this.#tellCount()
  }

  mount (): void {
    this.#find.select()
  }

  update ({ transactions, docChanged, selectionSet }: Parameters<NonNullable<Panel['update']>>[0]): void {
    const query = transactions.flatMap(({ effects }) => effects).find(effect => effect.is(setSearchQuery))
    if (query && query.value.search !== this.#find.value) this.#find.value = query.value.search
    if (query || docChanged || selectionSet) this.#tellCount()
  }

  #onKey = (event: KeyboardEvent): void => {
    if (runScopeHandlers(this.#view, event, 'search-panel')) event.preventDefault()
    else if (event.key === 'Enter' && event.target === this.#find) (event.shiftKey ? findPrevious : findNext)(this.#view)
    else if (event.key === 'Enter' && event.target === this.#replace) replaceNext(this.#view)
    else return
    event.preventDefault()
  }

  #search = (): void => {
    const query = new SearchQuery({ search: this.#find.value, replace: this.#replace.value, literal: true })
    this.#view.dispatch({ effects: setSearchQuery.of(query) })
  }

  #tellCount (): void {
    const query = getSearchQuery(this.#view.state)
    if (!query.valid) {
      this.#count.textContent = ''
      return
    }
    const { from, to } = this.#view.state.selection.main
    let total = 0
    let current = 0
    for (const match of iterate(query, this.#view)) {
      total++
      if (match.from === from && match.to === to) current = total
      if (total === COUNTED) break
    }
    this.#count.textContent = this.#words.found(current, total)
  }

  #close (): void {
    closeSearchPanel(this.#view)
    this.#view.focus()
  }

  #input (label: string, value: string): HTMLInputElement {
    const input = document.createElement('input')
    input.type = 'text'
    input.placeholder = label
    input.setAttribute('aria-label', label)
    input.value = value
    input.addEventListener('input', this.#search)
    return input
  }

  #button (label: string, run: () => unknown): HTMLButtonElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'quiet'
    button.textContent = label
    button.addEventListener('click', () => run())
    return button
  }
}

function row (...parts: HTMLElement[]): HTMLElement {
  const made = document.createElement('div')
  made.append(...parts)
  return made
}

function * iterate (query: SearchQuery, { state }: EditorView): Generator<{ from: number, to: number }> {
  const cursor = query.getCursor(state)
  for (let step = cursor.next(); !step.done; step = cursor.next()) yield step.value
}
