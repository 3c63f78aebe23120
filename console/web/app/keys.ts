/** Keys one after the other count as one when they come within this time. */
const SEQUENCE_MS = 1_000

export interface KeyBinding {
  /** As `KeyboardEvent.key` names them, with spaces between keys that follow each other: `g i`. */
  keys: string
  /** For the sheet of keys and the palette. */
  label: string
  run: () => void
}

/** The keys that do something now. The newest binding of a key wins, and what a view binds goes with it. */
export class Keys {
  #bindings: KeyBinding[] = []
  #pressed: string[] = []
  #lastMs = 0

  /** Those that work, in the order in which they were bound. */
  get bindings (): KeyBinding[] {
    const newest = new Map(this.#bindings.map(binding => [binding.keys, binding]))
    return [...newest.values()]
  }

  /** @returns how to let go of them */
  bind (bindings: KeyBinding[]): () => void {
    this.#bindings.push(...bindings)
    return () => { this.#bindings = this.#bindings.filter(binding => !bindings.includes(binding)) }
  }

  listen (): () => void {
    const onKey = (event: KeyboardEvent): void => {
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
    for (const pressed of [[...before, key], [key]]) {
      const text = pressed.join(' ')
      const binding = this.#bindings.findLast(({ keys }) => keys === text)
      this.#pressed = binding ? [] : pressed
      if (binding) binding.run()
      if (binding || this.#bindings.some(({ keys }) => keys.startsWith(`${text} `))) return true
    }
    return false
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
