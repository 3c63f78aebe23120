import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { checkHost, hostNames } from './host-check.ts'
import type { Caller, Secrets } from './secrets.ts'

/**
 * Who may call a route without a token: `open`: anyone; `page`: anyone, and other sites may link to it; `issue` and `file`:
 * who has a pass for the issue or draft that the path names; `feed`: who has one for the feed, wherever it is shown.
 */
export type Access = 'open' | 'page' | 'issue' | 'file' | 'feed'

declare module 'fastify' {
  interface FastifyContextConfig { access?: Access }
  interface FastifyRequest {
    /** Null where no token was needed. */
    caller: Caller | null
  }
}

/**
 * Stands before every route. The node listens on loopback, where any page in any browser and any program can reach it:
 * Host stops names that were rebound to this machine, Origin and Sec-Fetch-Site stop other sites' pages, the token the rest.
 *
 * @param hosts names to answer to, besides those of loopback
 */
export function guard (app: FastifyInstance, { secrets, hosts }: { secrets: Secrets, hosts: string[] }): void {
  const names = hostNames(hosts)

  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    checkHost(request, names)
    if (!isFromIssuePage(request, secrets)) {
      checkOrigin(request)
      checkSite(request)
    }
    request.caller = callerOf(request, secrets)
  })
  app.addHook('preHandler', async request => {
    if (request.caller !== 'program' && namesPath(request.body)) {
      throw new AppError('FORBIDDEN', 'Only programs of this user may name files of this machine. Use the command line for this.')
    }
  })
  // Nothing here speaks another protocol than HTTP, so nobody may leave it past the checks above.
  app.server.on('upgrade', (_request, socket) => socket.destroy())
}

function checkOrigin ({ headers }: FastifyRequest): void {
  if (headers.origin === undefined || headers.origin === `http://${headers.host}`) return
  throw new AppError('FORBIDDEN', 'The node answers only to its own console and to programs of this user, not to pages of other sites.')
}

/**
 * The page of an issue is sandboxed: to the browser, the pictures and attachments that it asks for are asked for by
 * another site, and in a frame by the origin `null`. Its pass tells that it is one of our pages.
 */
function isFromIssuePage (request: FastifyRequest, secrets: Secrets): boolean {
  const { origin, 'sec-fetch-dest': destination } = request.headers
  return request.method === 'GET' && ['file', 'feed'].includes(request.routeOptions.config.access ?? '') && (origin === undefined || origin === 'null') &&
    (destination === 'image' || opensPage(request)) && hasPass(request, secrets)
}

function opensPage ({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

function checkSite (request: FastifyRequest): void {
  const { 'sec-fetch-site': site } = request.headers
  if (site === undefined || site === 'same-origin' || site === 'none') return
  if (request.method === 'GET' && request.routeOptions.config.access === 'page' && opensPage(request)) return
  throw new AppError('FORBIDDEN', 'The node does not answer to requests that pages of other sites make.')
}

function callerOf (request: FastifyRequest, secrets: Secrets): Caller | null {
  const { access } = request.routeOptions.config
  if (access === 'open' || access === 'page') return null
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const caller = token === undefined ? null : secrets.checkToken(token)
  if (caller || (access !== undefined && hasPass(request, secrets))) return caller
  throw new AppError('UNAUTHORIZED', token === undefined
    ? 'This needs a token. Open the console by the address that "colporteur start" prints.'
    : 'The token is not valid any more. Open the console by a fresh address, which "colporteur start" prints.')
}

/** Whether the query has the pass of the feed, issue or draft that the path names. */
export function hasPass ({ params, query }: FastifyRequest, secrets: Secrets): boolean {
  const { feed, issue, draft } = params as { feed?: string, issue?: string, draft?: string }
  const { pass } = query as { pass?: unknown }
  if (typeof pass !== 'string') return false
  if (feed !== undefined) return secrets.checkFeedPass(feed, pass)
  const ref = issue ?? (draft === undefined ? undefined : draftRef(draft))
  return ref !== undefined && secrets.checkPass(ref, pass)
}

/** What a draft's pass is made for: nothing that an issue could be called. */
export function draftRef (id: string): string {
  return `draft ${id}`
}

/** Whether the body names a file or folder of this machine, itself or as its source. */
function namesPath (body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  return 'path' in body || ('source' in body && typeof body.source === 'object' && body.source !== null && 'path' in body.source)
}
