import { messageOf } from '../shared/errors.ts'
import type { Log } from '../shared/log.ts'
import type { MachineKey } from '../shared/machine-key.ts'
import { Resource } from '../shared/resource.ts'

const LOOK_MS = 2_000

export interface MachineKeyWatchParts { machineKey: MachineKey, log: Log }

/** Looks whether a machine key that is not here comes back, as on a stick: what it sealed is read when everything is opened anew. */
export class MachineKeyWatch extends Resource<{ cameBack: [] }> {
  #parts: MachineKeyWatchParts
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #isBack = false

  constructor (parts: MachineKeyWatchParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { machineKey, log } = this.#parts
    if (!machineKey.isWanted) return
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look()).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'looking for the machine key'))
    }, LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await this.#looking
  }

  async #look (): Promise<void> {
    if (this.#isBack || !await this.#parts.machineKey.isBack() || this.closing) return
    this.#isBack = true
    this.emit('cameBack')
  }
}
