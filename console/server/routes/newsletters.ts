import type { FastifyInstance } from 'fastify'
import { newsletters as api } from '../../../shared/api/newsletters.ts'
import { newsletterOf } from '../newsletter-of.ts'
import type { WritingPart } from '../history-parts.ts'
import type { LocksPart } from '../lock-parts.ts'
import type { CustodyPart, PublisherPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface NewsletterRouteParts { publisher: PublisherPart, subscriber: SubscriberPart, custody: CustodyPart, writing: WritingPart, locks: LocksPart }

export function newsletters (app: FastifyInstance, { publisher, subscriber, ...writer }: NewsletterRouteParts): void {
  implement(app, api.listNewsletters, async () => ({
    newsletters: (await subscriber.newsletters()).map(view => newsletterOf(view, writer))
  }))

  implement(app, api.createNewsletter, async ({ body: { passphrase, quorum, words: given, announce, ...description } }) => {
    const { address, words } = await publisher.create(description, { passphrase, quorum, words: given, announce })
    return { newsletter: newsletterOf(await subscriber.newsletter(address), writer), words }
  })

  implement(app, api.getNewsletter, async ({ params }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    return newsletterOf(await subscriber.newsletter(address), writer)
  })

  implement(app, api.describeNewsletter, async ({ params, body }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    await publisher.describe(address, body)
    return newsletterOf(await subscriber.newsletter(address), writer)
  })

  implement(app, api.announceNewsletter, async ({ params, body: { announce } }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    await subscriber.announce(address, announce)
    return newsletterOf(await subscriber.newsletter(address), writer)
  })
}
