import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Room for the rail, a list and a text beside it. */
const WIDE = '(min-width: 1080px)'

/** Whether the window has room for a list beside a text. */
export class WidePage implements ReactiveController {
  #query = matchMedia(WIDE)
  #host: ReactiveControllerHost
  #onChange = (): void => this.#host.requestUpdate()

  constructor (host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected (): void {
    this.#query.addEventListener('change', this.#onChange)
  }

  hostDisconnected (): void {
    this.#query.removeEventListener('change', this.#onChange)
  }

  get isWide (): boolean { return this.#query.matches }
}
