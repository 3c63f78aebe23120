import helmet from '@fastify/helmet'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type AppError, isAppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { escapeHtml } from '../../subscriber/rendering/escape-html.ts'
import { endSilent } from '../server/silent-connections.ts'
import { HEADER_LIMITS } from '../server/time-limits.ts'
import { AnswersUnderway } from './answers-underway.ts'
import type { PublicLibrary } from './public-library.ts'
import { ShelfAddresses } from './shelf-addresses.ts'
import { shelfPage } from './shelf-page.ts'
import { ShelfReplies } from './shelf-reply.ts'
import { shelfRoutes } from './shelf-routes.ts'
import { Visitors } from './visitors.ts'

/** A file name has at most 255 bytes, each three characters in an address when it is escaped. */
const PARAMETER_CHARACTERS = 1000
/** Strangers get no more of the machine than this. */
const CONNECTIONS = 256
/** A browser opens six. */
const CONNECTIONS_OF_ONE = 16
const UNDERWAY_BYTES = 64 * 1024 * 1024
const REQUEST_MS = 10_000
const KEEP_ALIVE_MS = 5_000
const IDLE_MS = 60_000
/** What is sent over a slow line goes into buffers of the system by hundreds of kilobytes. */
const SLOW_MS = 30_000

export interface ShelfAppParts {
  library: PublicLibrary
  /** By which others reach the pages, through something that stands before them; null: as they ask for it. */
  url: string | null
  /** Whose machine this is; '' where it was not said. */
  keeper: () => string
  log: Log
}

/**
 * The pages for people who have nothing installed: a server of its own, which knows what is shown and nothing else of the
 * node: no token, no pass, no order. It takes nothing but addresses, and asks nothing of a browser but to show text.
 */
export function buildShelfApp ({ library, url, keeper, log }: ShelfAppParts): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: 1,
    http: HEADER_LIMITS,
    connectionTimeout: IDLE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS },
    frameworkErrors: (error, request, reply) => { refuse(error, request, reply) }
  })
  const visitors = new Visitors(app.server, { connections: CONNECTIONS, ofOneMachine: url === null ? CONNECTIONS_OF_ONE : null })
  const looking = setInterval(() => visitors.endSlow(), SLOW_MS).unref()
  app.addHook('onClose', async () => clearInterval(looking))
  endSilent(app)
  // One chunk may hold a thousand requests, all of which are told of although their connection was ended.
  app.addHook('onRequest', async ({ raw }, reply) => { if (raw.socket.destroyed) reply.hijack() })
  const replies = new ShelfReplies(new AnswersUnderway({ limitBytes: UNDERWAY_BYTES, tellsMachines: url === null }))

  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { status, message } = failureOf(error)
    if (status >= 500) log.error({ error, route: request.routeOptions.url }, 'a page for everyone failed')
    if (status === 429) reply.header('retry-after', '60')
    reply.code(status).header('cache-control', 'no-store')
    // Where not even the host makes sense, there is nothing to lead to.
    if (status === 421 || status === 400) return reply.type('text/plain; charset=utf-8').send(message)
    try {
      const page = shelfPage({ title: status === 404 ? 'Not here' : 'That did not work', main: `<p>${escapeHtml(message)}</p>\n` }, new ShelfAddresses(request, url))
      return replies.passing(reply, page)
    } catch (misdirected) {
      return refuse(misdirected, request, reply)
    }
  }

  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] } },
    crossOriginEmbedderPolicy: false,
    // Web pages of feed readers show the pictures of what they read.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether there is TLS is known to what stands before it.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' }
  })
  app.server.on('upgrade', (_request, socket) => socket.destroy())
  app.setErrorHandler(refuse)
  app.setNotFoundHandler((request, reply) => refuse({ statusCode: 404 }, request, reply))
  app.register(async app => shelfRoutes(app, { library, replies, url, keeper }))
  return app
}

function failureOf (error: unknown): { status: number, message: string } {
  if (isAppError(error)) return { status: statusOf(error), message: error.message }
  const { statusCode = 500 } = error as { statusCode?: number }
  if (statusCode >= 400 && statusCode < 500) return { status: statusCode, message: statusCode === 404 ? 'There is no such page here.' : 'That can not be asked for here.' }
  return { status: 500, message: 'Something failed that should not.' }
}

/** What is not shown does not exist here, whatever the reason. */
function statusOf ({ code, status }: AppError): number {
  return ['ISSUE_NOT_FOUND', 'NEWSLETTER_NOT_FOUND', 'NOT_COMPLETE', 'NOT_VERIFIED'].includes(code) ? 404 : status
}
