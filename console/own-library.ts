import type { OwnIssue, OwnLibrary } from '../publisher/own-library.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { Library } from '../subscriber/library/library.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'

/** The reading side, as far as the publishing side may ask it. */
export function ownLibrary (subscriber: Subscriber, library: Library, peer: Peer): OwnLibrary {
  const ownIssue = async (address: string, id: string): Promise<OwnIssue | null> => {
    const [issue, listing] = await Promise.all([library.issue(address, id), library.listing(address, id)])
    return issue && listing && { ...issue, number: listing.number }
  }
  return {
    follow: (address, own, announce) => subscriber.followOwn(address, own, announce),
    read: async address => {
      const known = (await subscriber.newsletters()).find(newsletter => newsletter.address === address)
      if (known?.role !== 'own' && known?.role !== 'subscribed') await subscriber.carryOver(address, 'subscribed', { readsOn: false })
      else if (known.paused) await subscriber.change(address, { paused: false })
    },
    seen: (address, writer, lastIssue) => subscriber.seen(address, writer, lastIssue),
    wrote: async (address, id) => { if (subscriber.isSubscribed(address)) await library.mark(address, id, true) },
    caughtUp: address => subscriber.caughtUp(address),
    description: async address => {
      const { title, description, language, authors, licence, website, rhythm } = await subscriber.newsletter(address)
      return { title, description, language, authors, licence, website, rhythm }
    },
    highestNumber: address => library.highestNumber(address),
    issue: async (address, id) => await ownIssue(address, id),
    stored: async (address, id) => {
      await subscriber.caughtUp(address, { checked: true })
      return await subscriber.reading.stored({ newsletter: address, id })
    },
    compact: () => peer.compact(),
    storeBytes: () => peer.storeBytes(),
    withBody: async (address, hash) => {
      const found = await Promise.all((await library.withBody(address, hash)).map(({ id }) => ownIssue(address, id)))
      return found.filter(issue => issue !== null)
    }
  }
}
