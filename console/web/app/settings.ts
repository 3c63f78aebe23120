const KEY = 'colporteur.settings'

/** What a person chose in this browser. */
export interface SettingValues {
  theme: 'system' | 'light' | 'dark'
  language: 'system' | 'en' | 'fr'
}

const usual: SettingValues = { theme: 'system', language: 'system' }

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

  set (change: Partial<SettingValues>): void {
    this.#values = { ...this.#values, ...change }
    localStorage.setItem(KEY, JSON.stringify(this.#values))
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
