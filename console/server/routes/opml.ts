import type { FastifyInstance } from 'fastify'
import { opml as api } from '../../../shared/api/opml.ts'
import { FeedAddresses } from '../feed-addresses.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { Secrets } from '../secrets.ts'

export function opml (app: FastifyInstance, { subscriber, secrets }: { subscriber: SubscriberPart, secrets: Secrets }): void {
  implement(app, api.getOpml, async (_input, { headers }) =>
    ({ opml: await subscriber.subscribing.lists.write(newsletter => new FeedAddresses(headers.host!, newsletter, secrets).format('atom')) }))

  implement(app, api.takeOpml, async ({ body }) => await subscriber.subscribing.lists.take(body.opml))
}
