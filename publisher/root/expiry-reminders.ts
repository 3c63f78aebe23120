import { nextReminderMs } from '../../shared/api/expiry.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import type { Log } from '../../shared/log.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnKeys } from '../keys/own-keys.ts'

/** A timer of Node's may not run longer than this, and clocks are set. */
const LONGEST_MS = 60 * 60 * 1000

export interface ExpiryRemindersParts { keys: OwnKeys, roots: RootStore, meeting: Meeting, log: Log }

interface ExpiryRemindersEvents {
  /** The time of a writer of this newsletter, which is written here, is nearly up, or is up. */
  due: [address: Address]
}

/** Tells in time that a writer may soon not publish any more, because giving it more takes the recovery words. */
export class ExpiryReminders extends Resource<ExpiryRemindersEvents> {
  #parts: ExpiryRemindersParts
  #timer: NodeJS.Timeout | null = null
  #lookedMs = Date.now()
  #onRootChanged = (): void => this.#plan()

  constructor (parts: ExpiryRemindersParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.meeting.on('rootChanged', this.#onRootChanged)
    this.#plan()
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('rootChanged', this.#onRootChanged)
    if (this.#timer) clearTimeout(this.#timer)
  }

  #plan (): void {
    void this.#lookOrLater().then(nextMs => {
      if (this.closing) return
      if (this.#timer) clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#plan(), nextMs - Date.now() + 1).unref()
    })
  }

  async #lookOrLater (): Promise<number> {
    const sinceMs = this.#lookedMs
    try {
      return await this.#look(sinceMs)
    } catch (error) {
      this.#lookedMs = sinceMs // what fell due is told by the next look
      if (!this.closing) this.#parts.log.warn({ error: messageOf(error) }, 'reminders of expiries')
      return Date.now() + LONGEST_MS
    }
  }

  /** @returns when there may be something to tell again */
  async #look (sinceMs: number): Promise<number> {
    const { keys, roots } = this.#parts
    const nowMs = Date.now()
    this.#lookedMs = nowMs
    let nextMs = nowMs + LONGEST_MS
    for (const address of await keys.addresses()) {
      const known = await roots.get(address)
      const writers = (known?.chain.newest.writers ?? []).map(({ id, expires = null }) =>
        ({ expires, sealed: effectiveSeal(id, known!.chain, known!.dispute) !== null }))
      if (writers.some(writer => nextReminderMs(writer, sinceMs) <= nowMs)) this.emit('due', address)
      nextMs = Math.min(nextMs, ...writers.map(writer => nextReminderMs(writer, nowMs)))
    }
    return nextMs
  }
}
