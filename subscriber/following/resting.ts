import { messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Greeting } from '../../shared/network/greeting.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import { Resource } from '../../shared/resource.ts'
import type { Follower } from './follower.ts'

/** Often, so that of a thousand newsletters that are opened at a start few are open together. */
const LOOK_MS = 500

export interface RestingParts {
  meeting: Meeting
  followers: () => ReadonlyMap<Address, Follower>
  log: Log
}

/** Lets the drives of those newsletters rest about which nobody is met, and of which nothing is on its way; and wakes them when somebody comes. */
export class Resting extends Resource {
  #parts: RestingParts
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #onShared = (_greeting: Greeting, address: Address): void => {
    const drives = this.#parts.followers().get(address)?.drives.values() ?? []
    void this.#inBackground(Promise.all([...drives].map(drive => drive.reader.wake())))
  }

  constructor (parts: RestingParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.meeting.on('shared', this.#onShared)
    this.#timer = setInterval(() => {
      this.#looking ??= this.#inBackground(this.#look()).then(() => { this.#looking = null })
    }, LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('shared', this.#onShared)
    if (this.#timer) clearInterval(this.#timer)
    await this.#looking
  }

  async #look (): Promise<void> {
    const idle = [...this.#parts.followers().values()].filter(follower => this.#mayRest(follower))
    await Promise.all(idle.flatMap(({ drives, followed: { address } }) => [...drives.values()].map(drive => drive.rest(() => this.#isAlone(address)))))
  }

  /** What is written here is being written to, and followed so that its author sees it at once. */
  #mayRest (follower: Follower): boolean {
    const { opened, followed: { address, role } } = follower
    return opened && role !== 'own' && isAwake(follower) && this.#isAlone(address)
  }

  #isAlone (address: Address): boolean { return this.#parts.meeting.peersOf(address) === 0 }

  async #inBackground (work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => { if (!this.closing) this.#parts.log.warn({ error: messageOf(error) }, 'letting drives rest') })
  }
}

function isAwake ({ drives }: Follower): boolean {
  for (const { reader } of drives.values()) if (!reader.isResting) return true
  return false
}
