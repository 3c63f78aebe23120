import type { FastifyInstance } from 'fastify'
import { subscriptions as api } from '../../../shared/api/subscriptions.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function subscriptions (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  implement(app, api.listSubscriptions, async () => ({ subscriptions: await subscriber.subscriptions() }))

  implement(app, api.subscribe, async ({ body: { address, ...choice } }) => await subscriber.subscribe(address, choice))

  implement(app, api.getSubscription, async ({ params }) =>
    await subscriber.subscription(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.changeSubscription, async ({ params, body }) =>
    await subscriber.change(await subscriber.resolveNewsletter(params.newsletter), body))

  implement(app, api.unsubscribe, async ({ params, query }) =>
    await subscriber.unsubscribe(await subscriber.resolveNewsletter(params.newsletter), query))

  implement(app, api.getInbox, async ({ query: { newsletter, ...list } }) =>
    await subscriber.issues({ ...list, ...(newsletter !== undefined && { newsletter: await subscriber.resolveNewsletter(newsletter) }) }))

  implement(app, api.markAllRead, async ({ body: { newsletter } }) =>
    await subscriber.marking.readAll(newsletter === undefined ? null : await subscriber.resolveNewsletter(newsletter)))

  implement(app, api.unmarkAllRead, async ({ params }) => ({ unmarked: await subscriber.marking.takeBack(params.at) }))
}
