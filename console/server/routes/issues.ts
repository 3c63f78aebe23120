import type { FastifyInstance } from 'fastify'
import { issues as api } from '../../../shared/api/issues.ts'
import type { EventStreams } from '../events.ts'
import type { NodePart, PublisherPart, SubscriberPart } from '../parts.ts'
import { pagePath } from '../reading.ts'
import { implement } from '../register.ts'
import type { Secrets } from '../secrets.ts'

export interface IssueRouteParts { publisher: PublisherPart, subscriber: SubscriberPart, node: NodePart, secrets: Secrets, events: EventStreams }

export function issues (app: FastifyInstance, { publisher, subscriber, node, secrets, events }: IssueRouteParts): void {
  const { reading, marking } = subscriber

  implement(app, api.listIssues, async ({ params, query }) =>
    await subscriber.issues({ ...query, newsletter: await subscriber.resolveNewsletter(params.newsletter) }))

  implement(app, api.publishIssue, async ({ params, body: { source, dryRun = false } }) =>
    await publisher.publish(await subscriber.resolveNewsletter(params.newsletter), source, { dryRun }))

  implement(app, api.importIssues, async ({ params, body }) => {
    const newsletter = await subscriber.resolveNewsletter(params.newsletter)
    return await publisher.importFolder(newsletter, body.path, (done, total, name) => {
      events.tell('importProgressed', { newsletter, done, total, name })
    })
  })

  implement(app, api.getIssue, async ({ params }) => await reading.issue(await subscriber.resolveIssue(params.issue)))

  implement(app, api.getIssueContent, async ({ params, query: { format = 'text' } }) =>
    ({ format, content: await reading.content(await subscriber.resolveIssue(params.issue), format) }))

  implement(app, api.markIssue, async ({ params, body }) => await marking.read(await subscriber.resolveIssue(params.issue), body.read))

  implement(app, api.saveIssue, async ({ params, body }) => await marking.save(await subscriber.resolveIssue(params.issue), body.saved))

  implement(app, api.keepPlace, async ({ params, body }) => await marking.keepPlace(await subscriber.resolveIssue(params.issue), body.place))

  implement(app, api.verifyIssue, async ({ params }) => await reading.verify(await subscriber.resolveIssue(params.issue)))

  implement(app, api.openIssue, async ({ params }) => ({
    path: pagePath(await subscriber.resolveIssue(params.issue), secrets), readingPort: node.readingPort
  }))
}
