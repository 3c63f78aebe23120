import type { FastifyInstance } from 'fastify'
import { policies as policyApi } from '../../../shared/api/policies.ts'
import { preparing as preparingApi } from '../../../shared/api/preparing.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

/** What of the subscriptions is held on this node, and what is fetched before all else. */
export function holding (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  const { policies, preparing } = subscriber.subscribing
  const named = async (name: string): Promise<string> => await subscriber.resolveNewsletter(name)

  implement(app, policyApi.previewPolicy, async ({ params, body }) => await policies.effect(await named(params.newsletter), body))

  implement(app, policyApi.setPolicy, async ({ params, body }) => await policies.set(await named(params.newsletter), body))

  implement(app, policyApi.fetchIssue, async ({ params, body }) => {
    const key = await subscriber.resolveIssue(params.issue)
    await policies.fetch(key, body.fetched)
    return (await subscriber.reading.issue(key)).issue
  })

  implement(app, preparingApi.prepare, async ({ body: { newsletters, whole = false } }) =>
    await preparing.prepare(newsletters ? await Promise.all(newsletters.map(named)) : null, whole))

  implement(app, preparingApi.getPreparation, async () => ({ preparation: await preparing.view() }))
}
