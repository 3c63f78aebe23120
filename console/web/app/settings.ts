import type { Appearance } from '../lectern/lectern-messages.ts'

const KEY = 'colporteur.settings'

/** What a person chose in this browser. */
export interface SettingValues {
  theme: 'system' | 'light' | 'dark'
  language: 'system' | 'en' | 'fr'
  /** How issues look: 1 to 5, and 3 is as the page has it. */
  textSize: number
  textFace: Appearance['face']
  textWidth: Appearance['width']
  /** Whether keys of one letter do anything. */
  letterKeys: boolean
  /** Whether the browser tells of new issues. */
  notifies: boolean
}

const usual: SettingValues = { theme: 'system', language: 'system', textSize: 3, textFace: 'serif', textWidth: 'normal', letterKeys: true, notifies: false }

/** Settings of this browser, kept in it. Tells other windows of the same browser, too. */
export class Settings extends EventTarget {
  #values: SettingValues = read()

  constructor () {
    super()
    addEventListener('storage', ({ key }) => {
      if (key !== KEY) return
      this.#values = read()
      this.#changed()
    })
    this.#show()
  }

  get values (): Readonly<SettingValues> { return this.#values }

  /** As the pages of issues are told. */
  get appearance (): Appearance {
    const { theme, textSize, textFace, textWidth } = this.#values
    return { theme, size: textSize, face: textFace, width: textWidth }
  }

  set (change: Partial<SettingValues>): void {
    this.#values = { ...this.#values, ...change }
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values))
    } catch {
      // A browser that is full keeps it for as long as this window is open.
    }
    this.#changed()
  }

  /** @returns how to stop listening */
  onChange (listener: () => void): () => void {
    this.addEventListener('change', listener)
    return () => this.removeEventListener('change', listener)
  }

  #changed (): void {
    this.#show()
    this.dispatchEvent(new Event('change'))
  }

  #show (): void {
    const { theme } = this.#values
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
  }
}

function read (): SettingValues {
  try {
    return { ...usual, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') }
  } catch {
    return usual // not ours: as if nothing had been chosen
  }
}
