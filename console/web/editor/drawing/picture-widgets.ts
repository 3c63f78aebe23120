import { syntaxTree } from '@codemirror/language'
import { type Extension, Facet, RangeSet, StateEffect } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from '@codemirror/view'
import { type PictureInText, picturesIn } from '../pictures/picture-text.ts'
import type { Messages } from '../../messages/catalogue.ts'
import { touches } from './line-shapes.ts'

export interface PictureOptions {
  words: Messages['writing']
  /** The address under which a browser gets a picture of the draft; null when it is not one of the draft's files. */
  sourceOf: (target: string) => string | null
  /** The author wants to describe or replace it. */
  onOpen: (picture: PictureInText) => void
}

const options = Facet.define<PictureOptions, PictureOptions | null>({ combine: ([first]) => first ?? null })
/** Files came or went: pictures are looked up again. */
export const picturesChanged = StateEffect.define<null>()

/** A picture as readers will see it, with its caption, and what is still missing. */
class PictureWidget extends WidgetType {
  readonly picture: PictureInText
  readonly source: string | null
  readonly isNear: boolean
  #options: PictureOptions

  constructor (picture: PictureInText, isNear: boolean, options: PictureOptions) {
    super()
    this.picture = picture
    this.source = options.sourceOf(picture.target)
    this.isNear = isNear
    this.#options = options
  }

  override eq ({ picture, source, isNear }: PictureWidget): boolean {
    const { alt, target, caption } = this.picture
    return picture.alt === alt && picture.target === target && picture.caption === caption && source === this.source && isNear === this.isNear
  }

  override toDOM (view: EditorView): HTMLElement {
    const figure = element('span', this.isNear ? 'cm-picture cm-near' : 'cm-picture')
    figure.append(this.source === null ? this.#missing() : this.#image(view, this.source))
    if (this.picture.caption !== '') figure.append(element('span', 'cm-caption', this.picture.caption))
    figure.append(this.#describe(view))
    return figure
  }

  override ignoreEvent (event: Event): boolean {
    return event.target instanceof HTMLButtonElement
  }

  #image (view: EditorView, source: string): HTMLElement {
    const image = element('img', '')
    image.alt = this.picture.alt
    image.src = source
    image.addEventListener('load', () => view.requestMeasure())
    image.addEventListener('error', () => { image.replaceWith(this.#missing()) })
    return image
  }

  #missing (): HTMLElement {
    const { words } = this.#options
    const isElsewhere = /^(https?:)?\/\//i.test(this.picture.target)
    return element('span', 'cm-missing', isElsewhere ? words.pictureElsewhere(this.picture.target) : words.pictureMissing(this.picture.target))
  }

  #describe (view: EditorView): HTMLElement {
    const { words, onOpen } = this.#options
    const { alt } = this.picture
    const button = element('button', alt === '' ? 'cm-describe cm-wanted' : 'cm-describe', alt === '' ? words.describePicture : words.picture(alt))
    button.type = 'button'
    // The text has one place in the order of the Tab key. From the keyboard this is a command, which the key list names.
    button.tabIndex = -1
    button.addEventListener('click', () => {
      const at = view.posAtDOM(button)
      const here = picturesIn(view.state, at, at + 1).find(({ from, to }) => from <= at && to >= at)
      if (here) onOpen(here)
    })
    return button
  }
}

class Pictures {
  decorations: DecorationSet = Decoration.none

  constructor (view: EditorView) {
    this.#draw(view)
  }

  update (update: ViewUpdate): void {
    const { view, state, startState, transactions } = update
    const isAsked = transactions.some(({ effects }) => effects.some(effect => effect.is(picturesChanged)))
    const isNew = syntaxTree(state) !== syntaxTree(startState) || update.docChanged || update.viewportChanged || update.selectionSet
    if (isAsked || isNew) this.#draw(view)
  }

  #draw ({ state, visibleRanges }: EditorView): void {
    const given = state.facet(options)
    if (!given) return
    const pictures = visibleRanges.flatMap(({ from, to }) => picturesIn(state, from, to))
    const drawn = pictures.filter(({ from, to }) => state.doc.lineAt(from).to >= to).map(picture =>
      Decoration.replace({ widget: new PictureWidget(picture, touches(state, picture), given) }).range(picture.from, picture.to))
    this.decorations = Decoration.set(drawn, true)
  }
}

const plugin = ViewPlugin.fromClass(Pictures, { decorations: pictures => pictures.decorations })

export function pictureWidgets (given: PictureOptions): Extension {
  return [
    options.of(given),
    plugin,
    // A picture is passed over and deleted as a whole.
    EditorView.atomicRanges.of(view => view.plugin(plugin)?.decorations ?? RangeSet.empty)
  ]
}

function element<Name extends keyof HTMLElementTagNameMap> (name: Name, className: string, text = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}
