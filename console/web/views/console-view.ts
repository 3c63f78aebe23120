import { consume } from '@lit/context'
import type { Bindings } from '../app/keys.ts'
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

  /** To be called in `connectedCallback`: what ends when the page is shown no more. */
  protected letGoOf (letGo: () => void): void {
    this.#letGo.push(letGo)
  }

  /** To be called in `connectedCallback`. */
  protected bindKeys (bindings: Bindings): void {
    this.#letGo.push(this.parts.keys.bind(bindings))
  }

  /** What the page is called in the browser's title, where the route's name says too little. */
  protected titled (title: string): void {
    document.title = `${title} · Colporteur`
  }

  /** False while the machine key is missing: what makes keys, or needs those that lie here, is refused. */
  protected get canSeal (): boolean { return (this.parts.live.status?.missingMachineKey ?? null) === null }

  /** Opens a dialog over the page as soon as its code is here, unless one is open. Closed, it goes. */
  protected async openDialog (name: string, load: () => Promise<unknown>, properties: object = {}): Promise<void> {
    try {
      await load()
    } catch {
      return this.parts.notices.failed(this.phrases.shell.pageLost)
    }
    if (document.querySelector('dialog:modal')) return
    const dialog = Object.assign(document.createElement(name), properties)
    dialog.addEventListener('closed', () => dialog.remove())
    // Where it stays whatever becomes of the page below it, and where it is in the person's language.
    this.closest('console-shell')!.append(dialog)
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
