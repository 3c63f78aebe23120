import type { FastifyInstance } from 'fastify'
import { words as api } from '../../../shared/api/words.ts'
import type { CustodyPart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface WordRouteParts { custody: CustodyPart, subscriber: SubscriberPart }

export function words (app: FastifyInstance, { custody, subscriber }: WordRouteParts): void {
  implement(app, api.getWordCustody, async ({ params }) => await custody.describe(await subscriber.resolveNewsletter(params.newsletter)))

  implement(app, api.showWords, async ({ params, body }) => await custody.show(await subscriber.resolveNewsletter(params.newsletter), body.passphrase))

  implement(app, api.confirmWords, async ({ params, body }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    await custody.confirm(address, body.words)
    return await custody.describe(address)
  })

  implement(app, api.sealWords, async ({ params, body }) => {
    const address = await subscriber.resolveNewsletter(params.newsletter)
    await custody.seal(address, body.passphrase, body.current)
    return await custody.describe(address)
  })
}
