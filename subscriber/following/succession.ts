import type { Problem } from '../../shared/api/problem.ts'
import { messageOf } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { MOST_SUCCESSORS } from '../../shared/format/limits.ts'
import type { Log } from '../../shared/log.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import { isSubscription } from '../subscriptions.ts'
import type { Following } from './following.ts'

export interface SuccessionParts { following: Following, roots: RootStore, log: Log }

/**
 * Leads a reader on to the newsletter that continues one, once for each: where another is named later it is shown, and the
 * reader decides. Who unsubscribes from it is not led there again.
 */
export class Succession extends Resource {
  #parts: SuccessionParts
  #working: Promise<void> = Promise.resolve()
  #onChanged = (address: Address): void => {
    this.#working = this.#working.then(() => this.#look(address)).catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'following a successor')
    })
  }

  constructor (parts: SuccessionParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.following.on('newsletterChanged', this.#onChanged)
    for (const { followed: { address } } of this.#parts.following.all) this.#onChanged(address)
  }

  protected override async _close (): Promise<void> {
    this.#parts.following.off('newsletterChanged', this.#onChanged)
    await this.#working
  }

  /** Returns when nobody is being led on. */
  async settled (): Promise<void> { await this.#working }

  async #look (from: Address): Promise<void> {
    const { following } = this.#parts
    if (this.closing || !following.has(from)) return
    const { followed, followed: { led, announce, receipts }, root } = following.get(from)
    const to = root?.chain.newest.successor
    if (!isSubscription(followed) || !to || led !== undefined) return
    const before = this.#before(from)
    if (before.length >= MOST_SUCCESSORS || before.includes(to)) return
    if (!following.has(to)) {
      await following.follow(to, 'subscribed', { announce, receipts })
      await following.remember(to, { continues: from })
    }
    await following.remember(from, { led: to })
  }

  /** The newsletters through which a reader was led to this one, as far as they are followed, and the one before those. */
  #before (address: Address): Address[] {
    const { following } = this.#parts
    const before: Address[] = []
    for (let at = address; before.length < MOST_SUCCESSORS && following.has(at); at = before.at(-1)!) {
      const { continues } = following.get(at).followed
      if (!continues) break
      before.push(continues)
    }
    return before
  }

  /** What is wrong with where newsletters lead, as far as their roots are here; null: nothing. */
  async problemOf (address: Address): Promise<Problem | null> {
    const seen = [address]
    while (true) {
      const next = (await this.#parts.roots.get(seen.at(-1)!))?.chain.newest.successor
      if (!next) return null
      if (seen.includes(next)) return { code: 'BAD_ROOT', reason: `The newsletters name each other as the one that continues: after ${seen.length === 1 ? 'itself' : `${seen.length} of them`} it leads back to ${formatAddress(next)}.` }
      if (seen.length > MOST_SUCCESSORS) return { code: 'BAD_ROOT', reason: `More than ${MOST_SUCCESSORS} newsletters name one another as the one that continues. Readers are not led further.` }
      seen.push(next)
    }
  }
}
