import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import type { Renderer } from '../rendering/renderer.ts'
import { PictureChecks } from './picture-checks.ts'
import { Reading, type ReadingParts } from './reading.ts'

/** Of pictures that strangers ask for one by one: each may take seconds. */
const STRANGERS_PICTURES = 16

export interface ReadingsParts extends Omit<ReadingParts, 'pictures'> {
  /** Whose texts strangers ask for: nobody waits for them but strangers. */
  strangersRenderer: Renderer
}

/** The same issues, opened for the owner of this machine and for strangers: nobody waits for what strangers ask for but strangers. */
export class Readings {
  #threads = [new PictureThread(), new PictureThread()] as const
  readonly own: Reading
  readonly strangers: Reading

  constructor ({ strangersRenderer, ...parts }: ReadingsParts) {
    const [own, strangers] = this.#threads
    this.own = new Reading({ ...parts, pictures: new PictureChecks(own) })
    this.strangers = new Reading({ ...parts, renderer: strangersRenderer, pictures: new PictureChecks(strangers, { mostWaiting: STRANGERS_PICTURES }) })
  }

  async close (): Promise<void> {
    for (const thread of this.#threads) await thread.terminate()
  }
}
