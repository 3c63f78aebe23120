import type { FastifyInstance } from 'fastify'
import { newsletters as api } from '../../../shared/api/newsletters.ts'
import { newsletterOf } from '../newsletter-of.ts'
import type { PublisherPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface NewsletterRouteParts { publisher: PublisherPart, subscriber: SubscriberPart }

export function newsletters (app: FastifyInstance, { publisher, subscriber }: NewsletterRouteParts): void {
  implement(app, api.listNewsletters, async () => ({
    newsletters: (await subscriber.newsletters()).map(view => newsletterOf(view, publisher))
  }))

  implement(app, api.createNewsletter, async ({ body }) => {
    const { address, words } = await publisher.create(body)
    return { newsletter: newsletterOf(await subscriber.newsletter(address), publisher), words }
  })

  implement(app, api.getNewsletter, async ({ params }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    return newsletterOf(await subscriber.newsletter(address), publisher)
  })

  implement(app, api.describeNewsletter, async ({ params, body }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    await publisher.describe(address, body)
    return newsletterOf(await subscriber.newsletter(address), publisher)
  })
}
