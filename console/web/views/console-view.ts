import { consume } from '@lit/context'
import type { KeyBinding } from '../app/keys.ts'
import { type ConsoleParts, partsContext } from '../app/console-parts.ts'
import type { LiveEventName, LiveEvents } from '../api/live.ts'
import { ConsoleElement } from '../elements/console-element.ts'
import { failureInWords } from '../elements/failure-in-words.ts'

/** A page of the console: fetches, composes elements, and follows what changes for as long as it is shown. */
export class ConsoleView extends ConsoleElement {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  #letGo: (() => void)[] = []

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    for (const letGo of this.#letGo.splice(0)) letGo()
  }

  /** To be called in `connectedCallback`. */
  protected follow<Name extends LiveEventName> (name: Name, listener: (data: LiveEvents[Name]) => void): void {
    this.#letGo.push(this.parts.live.on(name, listener))
  }

  /** To be called in `connectedCallback`. */
  protected bindKeys (bindings: KeyBinding[]): void {
    this.#letGo.push(this.parts.keys.bind(bindings))
  }

  /** What the page is called in the browser's title, where the route's name says too little. */
  protected titled (title: string): void {
    document.title = `${title} · Colporteur`
  }

  /** Does what a person asked for; what fails is told to them. */
  protected async attempt<T> (work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      this.parts.notices.failed(failureInWords(error, this.phrases))
      return undefined
    }
  }
}
