import type { FastifyInstance } from 'fastify'
import { type KeyStates, locks as api } from '../../../shared/api/locks.ts'
import type { LocksPart } from '../lock-parts.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'

export interface LockRouteParts { locks: LocksPart, subscriber: SubscriberPart }

export function locks (app: FastifyInstance, { locks, subscriber }: LockRouteParts): void {
  const named = async (names: string[] | undefined): Promise<string[]> =>
    names ? [...new Set(await Promise.all(names.map(async name => await subscriber.resolveNewsletter(name))))] : locks.addresses
  const statesOf = async (addresses: string[]): Promise<KeyStates> => {
    const known = await subscriber.newsletters()
    return {
      newsletters: addresses.flatMap(newsletter => {
        const keys = locks.stateOf(newsletter)
        return keys === null ? [] : [{ newsletter, title: known.find(({ address }) => address === newsletter)?.title ?? '', keys }]
      })
    }
  }

  implement(app, api.lockKeys, async ({ body }) => {
    const addresses = await named(body.newsletters)
    await locks.lock(addresses, body.passphrase)
    return await statesOf(addresses)
  })

  implement(app, api.unlockKeys, async ({ body }) => {
    const addresses = await named(body.newsletters)
    await locks.unlock(addresses, body.passphrase, body.forGood ?? false)
    return await statesOf(addresses)
  })
}
