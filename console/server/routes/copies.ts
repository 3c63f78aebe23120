import type { FastifyInstance } from 'fastify'
import { copies as api } from '../../../shared/api/copies.ts'
import type { CopiesPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function copies (app: FastifyInstance, { copies, subscriber }: { copies: CopiesPart, subscriber: SubscriberPart }): void {
  implement(app, api.getNewsletterCopies, async ({ params }) =>
    await copies.newsletter(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.listIssueCopies, async ({ params, query }) =>
    await copies.issues(await subscriber.resolveNewsletter(params.newsletter), query))

  implement(app, api.setCopiesTarget, async ({ params, body }) =>
    await copies.setTarget(await subscriber.resolveNewsletter(params.newsletter), body))

  implement(app, api.getIssueCopies, async ({ params }) => await copies.issue(await subscriber.resolveIssue(params.issue)))
}
