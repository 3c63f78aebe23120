import type { FastifyInstance } from 'fastify'
import { keeping as api } from '../../../shared/api/keeping.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function keeping (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  const { keeping } = subscriber

  implement(app, api.listKept, async () => await keeping.all())

  implement(app, api.changeKeeperSettings, async ({ body }) => await keeping.change(body))

  implement(app, api.lookAtNewsletter, async ({ body }) => await keeping.look(body.address))

  implement(app, api.keepNewsletter, async ({ body }) => await keeping.keep(body))

  implement(app, api.dropNewsletter, async ({ params }) => await keeping.drop(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.listEvictions, async () => ({ evictions: await keeping.evictions() }))
}
