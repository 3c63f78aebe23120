import helmet from '@fastify/helmet'
import fastify, { type FastifyInstance } from 'fastify'
import type { Log } from '../../shared/log.ts'
import { answerBroken } from './broken-requests.ts'
import { answer, errors } from './errors.ts'
import { siblingOrigin } from './host-check.ts'
import { Lectern } from './lectern.ts'
import type { PagePlace } from './page-reply.ts'
import type { DraftsPart, PreviewsPart, SubscriberPart } from './parts.ts'
import { previewPages } from './preview.ts'
import { readingPages } from './reading.ts'
import { readingGuard } from './reading-guard.ts'
import type { Secrets } from './secrets.ts'
import { endSilent } from './silent-connections.ts'
import { HEADER_LIMITS } from './time-limits.ts'

const PARAMETER_CHARACTERS = 1000

export interface ReadingAppParts {
  subscriber: SubscriberPart
  drafts: DraftsPart
  previews: PreviewsPart
  secrets: Secrets
  log: Log
  /** The built page of the console, with the lectern in it; may be missing. */
  webFolder: string
  /** Names to answer to, besides those of loopback. */
  hosts: string[]
  /** Where the console listens. */
  consolePort: () => number
}

/**
 * The reading origin: a second, smaller server, which the console shows in a frame. To the browser it is another origin
 * than the console's, so text of others that broke out of everything else would still find nothing there to take.
 */
export function buildReadingApp ({ subscriber, drafts, previews, secrets, log, webFolder, hosts, consolePort }: ReadingAppParts): FastifyInstance {
  const app = fastify({
    http: HEADER_LIMITS,
    keepAliveTimeout: 0,
    clientErrorHandler: answerBroken,
    logger: false,
    bodyLimit: 1,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => { answer(error, request, reply, log) }
  })
  endSilent(app)
  const lectern = new Lectern(webFolder)
  const place: PagePlace = {
    // The page is in the lectern, and the lectern in the console.
    frameAncestors: ({ headers }) => `'self' ${siblingOrigin(headers.host, consolePort()) ?? ''}`,
    // The lectern may look at the page, which has no scripts that could look back.
    sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-modals allow-downloads',
    stylesheets: lectern.stylesheets
  }

  app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] } },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: true,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
    // The policies above say who may frame what.
    xFrameOptions: false
  })
  readingGuard(app, { secrets, hosts })
  errors(app, { log })
  app.register(async app => readingPages(app, { subscriber, secrets, place }))
  app.register(async app => previewPages(app, { drafts, previews, secrets, place }))
  app.register(async app => lectern.serve(app, { consolePort }))
  return app
}
