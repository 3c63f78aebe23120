import type { FastifyInstance } from 'fastify'
import { root as api } from '../../../shared/api/root.ts'
import type { RootPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface RootRouteParts { root: RootPart, subscriber: SubscriberPart }

export function root (app: FastifyInstance, { root, subscriber }: RootRouteParts): void {
  implement(app, api.proposeRoot, async ({ params, body }) => await root.propose(await subscriber.resolveNewsletter(params.newsletter), body.change))

  implement(app, api.readProposal, async ({ body }) => await root.read(body.text))

  implement(app, api.signProposal, async ({ body: { text, ...signing } }) => await root.sign(text, signing))

  implement(app, api.publishRoot, async ({ body }) => await root.publish(body.text))
}
