import type { Address } from '../../shared/format/address.ts'
import type { Followed } from '../subscriptions.ts'
import type { Follower } from './follower.ts'
import type { FollowingParts } from './following.ts'

export interface ChoicesParts extends Pick<FollowingParts, 'subscriptions' | 'receipts' | 'meeting'> {
  followerOf: (address: Address) => Follower
  onChanged: (address: Address) => void
  onProgress: (address: Address) => void
}

/** What is said of a newsletter that is followed: written down, and acted on. Each call in the newsletter's turn: what it becomes meanwhile would undo it. */
export class Choices {
  #parts: ChoicesParts

  constructor (parts: ChoicesParts) {
    this.#parts = parts
  }

  async tellReceipts (address: Address, receipts: boolean): Promise<void> {
    const follower = await this.#change(address, { receipts })
    this.#parts.receipts.tellAsReader(address, follower.tellsReceipts)
    this.#parts.onProgress(address)
  }

  async announce (address: Address, announce: boolean): Promise<void> {
    await this.remember(address, { announce })
    await this.#parts.meeting.setOpenness(address, announce ? 'announced' : 'quiet')
  }

  async remember (address: Address, change: Partial<Followed>): Promise<void> {
    await this.#change(address, change)
    this.#parts.onChanged(address)
    this.#parts.onProgress(address)
  }

  async #change (address: Address, change: Partial<Followed>): Promise<Follower> {
    const follower = this.#parts.followerOf(address)
    const followed = { ...follower.followed, ...change }
    await this.#parts.subscriptions.put(followed)
    follower.followed = followed
    return follower
  }
}
