import type { FastifyInstance } from 'fastify'
import { writers as api } from '../../../shared/api/writers.ts'
import type { EnrolmentPart, InvitationsPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { ResumingPart } from '../restoring-parts.ts'

const DEFAULT_SECONDS = 60

export interface WriterRouteParts { invitations: InvitationsPart, enrolment: EnrolmentPart, resuming: ResumingPart, subscriber: SubscriberPart }

export function writers (app: FastifyInstance, { invitations, enrolment, resuming, subscriber }: WriterRouteParts): void {
  implement(app, api.listWriters, async ({ params }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    const here = await enrolment.writerHere(address)
    return { writers: (await subscriber.writers(address)).map(writer => ({ ...writer, isHere: writer.writer.id === here })) }
  })

  implement(app, api.getWriterHistory, async ({ params }) =>
    await subscriber.histories.of(await subscriber.resolveNewsletter(params.newsletter), params.writer))

  implement(app, api.decideWriterHistory, async ({ params, body }) =>
    await subscriber.histories.decide(await subscriber.resolveNewsletter(params.newsletter), params.writer, body.choice, body.treeHash))

  implement(app, api.exportWriterHistories, async ({ params, body }) =>
    await subscriber.histories.export(await subscriber.resolveNewsletter(params.newsletter), params.writer, body.path))

  implement(app, api.inviteWriter, async ({ params, body }) =>
    ({ invitation: await invitations.invite(await subscriber.resolveNewsletter(params.newsletter), body) }))

  // Who is to write has to read first: the root that lets them in comes from other nodes.
  implement(app, api.acceptInvitation, async ({ body }) => {
    const accepted = await enrolment.accept(body.invitation)
    await subscriber.subscribe(accepted.newsletter)
    return accepted
  })

  implement(app, api.resumeWriter, async ({ params, body: { timeoutSeconds = DEFAULT_SECONDS, wordsLost = false } }) =>
    await resuming.resume(await subscriber.resolveNewsletter(params.newsletter), { timeoutMs: timeoutSeconds * 1000, wordsLost }))

  implement(app, api.leaveNewsletter, async ({ params }) => await enrolment.leave(await subscriber.resolveNewsletter(params.newsletter)))
}
