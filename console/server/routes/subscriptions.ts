import type { FastifyInstance } from 'fastify'
import { subscriptions as api } from '../../../shared/api/subscriptions.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function subscriptions (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  implement(app, api.listSubscriptions, async () => ({ subscriptions: await subscriber.subscriptions() }))

  implement(app, api.subscribe, async ({ body }) => await subscriber.subscribe(body.address))

  implement(app, api.getSubscription, async ({ params }) =>
    await subscriber.subscription(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.unsubscribe, async ({ params }) => {
    const newsletter = await subscriber.resolveNewsletter(params.newsletter)
    await subscriber.unsubscribe(newsletter)
    return { newsletter }
  })

  implement(app, api.getInbox, async ({ query }) => await subscriber.inbox(query))
}
