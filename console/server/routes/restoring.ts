import type { FastifyInstance } from 'fastify'
import { restoring as api } from '../../../shared/api/restoring.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { RestoringPart } from '../restoring-parts.ts'

export function restoring (app: FastifyInstance, { restoring, subscriber }: { restoring: RestoringPart, subscriber: SubscriberPart }): void {
  implement(app, api.startRestoration, async ({ body: { words, address = null } }) => await restoring.start(words, address))

  implement(app, api.getRestoration, async () => ({ restoration: await restoring.progress() }))

  implement(app, api.stopRestoration, async () => {
    await restoring.stop()
    return {}
  })

  implement(app, api.proposeRestoration, async ({ params, body }) =>
    await restoring.propose(await subscriber.resolveNewsletter(params.newsletter), body))
}
