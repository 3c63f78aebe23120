import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { hasPass } from './guard.ts'
import { checkHost, hostNames } from './host-check.ts'
import type { Secrets } from './secrets.ts'

/**
 * Stands before every route of the reading origin, where text of others is shown. There is nothing to be had there but
 * by the pass of one issue or draft: no token is taken, so that none can be stolen there.
 *
 * @param hosts names to answer to, besides those of loopback
 */
export function readingGuard (app: FastifyInstance, { secrets, hosts }: { secrets: Secrets, hosts: string[] }): void {
  const names = hostNames(hosts)

  app.decorateRequest('caller', null)
  app.addHook('onRequest', async request => {
    checkHost(request, names)
    checkSite(request)
    const { access } = request.routeOptions.config
    if (access === 'page' || hasPass(request, secrets)) return
    throw new AppError('UNAUTHORIZED', 'This address is too old. Open the issue in the console again.')
  })
  app.server.on('upgrade', (_request, socket) => socket.destroy())
}

/** The console, to the browser another origin of the same site, may put the lectern into a frame. All else stays on this origin. */
function checkSite ({ headers, routeOptions }: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers
  const isOwn = origin === undefined || origin === `http://${host}`
  if (isOwn && (site === undefined || site === 'same-origin' || site === 'none')) return
  const framesLectern = routeOptions.url === '/lectern.html' && mode === 'navigate' && destination === 'iframe'
  if (isOwn && site === 'same-site' && framesLectern) return
  throw new AppError('FORBIDDEN', 'This is shown in the console alone.')
}
