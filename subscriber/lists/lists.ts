import type { OpmlTaken } from '../../shared/api/opml.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Following } from '../following/following.ts'
import type { Library } from '../library/library.ts'
import { isAnnounced, isSubscription } from '../subscriptions.ts'
import { readOpml, writeOpml } from './opml.ts'

/** The subscriptions as a list that other programs read, and lists of others as subscriptions. */
export class Lists {
  #following: Following
  #library: Library

  constructor ({ following, library }: { following: Following, library: Library }) {
    this.#following = following
    this.#library = library
  }

  /** @param feedUrlOf where the feed of a newsletter is read from on this machine */
  async write (feedUrlOf: (newsletter: Address) => string): Promise<string> {
    const followed = this.#following.begun.filter(({ followed }) => isSubscription(followed))
    const listed = await Promise.all(followed.map(async ({ followed, tellsReceipts: receipts }) => {
      const { address, folder = '' } = followed
      const { title = '', description = '', language = '' } = await this.#library.newsletter(address) ?? {}
      return { address, title, description, language, folder, feedUrl: feedUrlOf(address), announce: isAnnounced(followed), receipts }
    }))
    return writeOpml(listed, new Date())
  }

  /** @throws AppError BAD_SOURCE; nothing was subscribed to then */
  async take (text: string): Promise<OpmlTaken> {
    const { newsletters, others } = readOpml(text)
    const taken: OpmlTaken = { subscribed: [], already: 0, others: others.slice(0, 1000) }
    for (const { address, title, folder, choice } of newsletters) {
      const role = this.#following.has(address) ? this.#following.get(address).followed.role : null
      if (role === 'subscribed' || role === 'own') {
        taken.already++
        continue
      }
      // What a keeper tells is its owner's choice already, and no list's.
      await this.#following.follow(address, 'subscribed', { ...(role !== 'keeping' && choice), ...(folder !== '' && { folder }) })
      taken.subscribed.push({ newsletter: address, title })
    }
    return taken
  }
}
