import type { FastifyInstance } from 'fastify'
import { keeping as api } from '../../../shared/api/keeping.ts'
import type { ShelfPart } from '../../shelf/shelf.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function keeping (app: FastifyInstance, { subscriber, shelf }: { subscriber: SubscriberPart, shelf: ShelfPart }): void {
  const { keeping } = subscriber

  implement(app, api.listKept, async () => ({ ...await keeping.all(), webUrl: shelf.url, webProblem: shelf.problem }))

  implement(app, api.changeKeeperSettings, async ({ body }) => {
    // First, so that nothing is written down that can't be.
    if (body.web !== undefined) await shelf.serve(body.web)
    return await keeping.change(body)
  })

  implement(app, api.lookAtNewsletter, async ({ body }) => await keeping.look(body.address))

  implement(app, api.keepNewsletter, async ({ body }) => await keeping.keep(body))

  implement(app, api.dropNewsletter, async ({ params }) => await keeping.drop(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.listEvictions, async () => ({ evictions: await keeping.evictions() }))
}
