import type { FastifyInstance } from 'fastify'
import { highlights as api } from '../../../shared/api/highlights.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function highlights (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  const { highlighting } = subscriber.subscribing

  implement(app, api.listHighlights, async ({ query: { issue, newsletter } }) => {
    if (issue !== undefined) return { highlights: await highlighting.all(await subscriber.resolveIssue(issue)) }
    return { highlights: await highlighting.all(newsletter === undefined ? null : { newsletter: await subscriber.resolveNewsletter(newsletter) }) }
  })

  implement(app, api.highlight, async ({ params, body }) => await highlighting.add(await subscriber.resolveIssue(params.issue), body))

  implement(app, api.noteHighlight, async ({ params, body }) => await highlighting.note(params.highlight, body.note))

  implement(app, api.removeHighlight, async ({ params }) => {
    await highlighting.remove(params.highlight)
    return { removed: params.highlight }
  })
}
