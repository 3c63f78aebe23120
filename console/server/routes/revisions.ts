import type { FastifyInstance } from 'fastify'
import { revisions as api } from '../../../shared/api/revisions.ts'
import type { RevisingPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface RevisionRouteParts { revising: RevisingPart, subscriber: SubscriberPart }

export function revisions (app: FastifyInstance, { revising, subscriber }: RevisionRouteParts): void {
  implement(app, api.correctIssue, async ({ params, body: { source, ...correction } }) => {
    const { newsletter, id } = await subscriber.resolveIssue(params.issue)
    return await revising.correct(newsletter, id, source, correction)
  })

  implement(app, api.retractIssue, async ({ params, body }) => {
    const { newsletter, id } = await subscriber.resolveIssue(params.issue)
    return await revising.retract(newsletter, id, body.note)
  })

  implement(app, api.eraseIssue, async ({ params, body }) => {
    const { newsletter, id } = await subscriber.resolveIssue(params.issue)
    return await revising.erase(newsletter, id, body.note)
  })

  implement(app, api.listRevisions, async ({ params }) =>
    ({ revisions: await subscriber.reading.revisions(await subscriber.resolveIssue(params.issue)) }))

  implement(app, api.getRevision, async ({ params }) => await subscriber.reading.revision(await subscriber.resolveIssue(params.issue), params.revision))

  implement(app, api.compareRevisions, async ({ params, query }) => await subscriber.reading.compare(await subscriber.resolveIssue(params.issue), query))
}
