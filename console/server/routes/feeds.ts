import type { FastifyInstance } from 'fastify'
import { type FeedLinks, feeds as api } from '../../../shared/api/feeds.ts'
import { FeedAddresses, INBOX } from '../feed-addresses.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { Secrets } from '../secrets.ts'

export function feeds (app: FastifyInstance, { subscriber, secrets }: { subscriber: SubscriberPart, secrets: Secrets }): void {
  implement(app, api.listFeeds, async (_input, { headers }) => {
    const linksOf = (newsletter: string | null, title: string): FeedLinks => {
      const addresses = new FeedAddresses(headers.host!, newsletter ?? INBOX, secrets)
      return { newsletter, title, page: addresses.home, atom: addresses.format('atom'), rss: addresses.format('rss'), json: addresses.format('json') }
    }
    const newsletters = await subscriber.newsletters()
    return { feeds: [linksOf(null, 'Inbox'), ...newsletters.map(({ address, title }) => linksOf(address, title))] }
  })
}
