import type { FastifyInstance } from 'fastify'
import { bundles as api } from '../../../shared/api/bundles.ts'
import { AppError } from '../../../shared/errors.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export function bundles (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  const named = async (names: string[]): Promise<string[]> => await Promise.all(names.map(name => subscriber.resolveNewsletter(name)))

  implement(app, api.makeBundle, async ({ body: { path, newsletters = [], issues = [], since, want } }) =>
    await subscriber.bundles.make(path, {
      newsletters: await named(newsletters),
      issues: await Promise.all(issues.map(ref => subscriber.resolveIssue(ref))),
      since: since === undefined ? null : timeIn(since),
      want: want ?? null
    }))

  implement(app, api.openBundle, async ({ body: { path } }) => await subscriber.bundles.open(path))

  implement(app, api.getBundleProgress, async () => ({ progress: subscriber.bundles.progress }))

  implement(app, api.writeWant, async ({ body: { path, newsletters } }) => {
    const addresses = newsletters ? await named(newsletters) : (await subscriber.newsletters()).map(({ address }) => address)
    await subscriber.bundles.writeWant(path, addresses)
    return { path, newsletters: addresses }
  })
}

/** @throws AppError BAD_REQUEST */
function timeIn (text: string): string {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new AppError('BAD_REQUEST', `${text} is not a date. Write it like 2026-01-31.`)
  return new Date(ms).toISOString()
}
