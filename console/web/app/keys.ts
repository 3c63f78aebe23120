/** Keys one after the other count as one when they come within this time. */
const SEQUENCE_MS = 1_000

export interface KeyBinding {
  /** As `KeyboardEvent.key` names them, with spaces between keys that follow each other: `g i`. */
  keys: string
  /** For the sheet of keys and the palette. */
  label: string
  run: () => void
}

/** What a view binds, or how to learn that at each key: for what changes while the view is shown. */
export type Bindings = KeyBinding[] | (() => KeyBinding[])

/** The keys that do something now. The newest binding of a key wins, and what a view binds goes with it. */
export class Keys {
  #bound: Bindings[] = []
  #pressed: string[] = []
  #lastMs = 0

  /** Those that work, in the order in which they were bound. */
  get bindings (): KeyBinding[] {
    const newest = new Map(this.#all().map(binding => [binding.keys, binding]))
    return [...newest.values()]
  }

  /** @returns how to let go of them */
  bind (bindings: Bindings): () => void {
    this.#bound.push(bindings)
    return () => { this.#bound = this.#bound.filter(bound => bound !== bindings) }
  }

  /** @param letters whether keys of one character do anything: they are in the way of who speaks to their computer */
  listen (letters: () => boolean): () => void {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.length === 1 && !letters()) return
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event)) return
      if (this.press(event.key)) event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }

  /** True when the key did something, or begins what may do something. */
  press (key: string): boolean {
    const now = Date.now()
    const before = now - this.#lastMs < SEQUENCE_MS ? this.#pressed : []
    this.#lastMs = now
    const bindings = this.#all()
    for (const pressed of [[...before, key], [key]]) {
      const text = pressed.join(' ')
      const binding = bindings.findLast(({ keys }) => keys === text)
      this.#pressed = binding ? [] : pressed
      if (binding) binding.run()
      if (binding || bindings.some(({ keys }) => keys.startsWith(`${text} `))) return true
    }
    return false
  }

  #all (): KeyBinding[] {
    return this.#bound.flatMap(bindings => typeof bindings === 'function' ? bindings() : bindings)
  }
}

function isTyping (event: KeyboardEvent): boolean {
  const [target] = event.composedPath()
  if (!(target instanceof HTMLElement)) return false
  if (document.querySelector('dialog:modal')) return true
  // It closes that, and nothing else.
  if (event.key === 'Escape' && document.querySelector(':popover-open')) return true
  return target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"])')
}
