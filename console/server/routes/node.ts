import type { FastifyInstance } from 'fastify'
import { node as api } from '../../../shared/api/node.ts'
import { AppError } from '../../../shared/errors.ts'
import { FailureLimit } from '../failure-limit.ts'
import type { NodePart, SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { SearchPart } from '../search-part.ts'
import type { Secrets } from '../secrets.ts'

export interface NodeRouteParts { node: NodePart, subscriber: SubscriberPart, search: SearchPart, secrets: Secrets }

export function node (app: FastifyInstance, { node, subscriber, search, secrets }: NodeRouteParts): void {
  // A person mistypes nothing here, codes are clicked: whoever fails ten times in a minute guesses.
  const failures = new FailureLimit({ most: 10, withinMs: 60_000 })

  implement(app, api.getStatus, async () => await node.status())

  implement(app, api.openSession, async ({ body }) => {
    const token = secrets.exchangeCode(body.code)
    // Whoever else of this machine guesses keeps nobody out who has a code, and nobody guesses 256 bits.
    if (token !== null) return { token }
    if (failures.reached) throw new AppError('TOO_MANY_REQUESTS', 'Too many codes were wrong. Try again in a minute.')
    failures.count()
    throw new AppError('UNAUTHORIZED', 'This address was used already or is too old. "colporteur start" prints a fresh one.')
  })

  implement(app, api.createCode, async (_input, request) => ({ url: `http://${request.headers.host}/#code=${secrets.createCode()}` }))

  implement(app, api.reindex, async () => {
    const reindexed = await subscriber.reindex()
    await search.rebuild()
    return reindexed
  })

  implement(app, api.getHealth, async () => ({ ok: true as const }))

  implement(app, api.getReadiness, async () => {
    if (!node.isReady) throw new AppError('NOT_READY', 'The node is still starting.')
    return { ready: true }
  })
}
