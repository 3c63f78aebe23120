import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { siblingOrigin } from './host-check.ts'

/**
 * Headers of every answer; the reading pages and `/docs` have a Content-Security-Policy of their own.
 *
 * @param readingPort of the reading origin, which the console shows in frames; null: there is none
 */
export function headers (app: FastifyInstance, { readingPort }: { readingPort: () => number | null }): void {
  const frames = ({ headers }: IncomingMessage): string => {
    const port = readingPort()
    const origin = port === null ? null : siblingOrigin(headers.host, port)
    return origin === null ? "'self'" : `'self' ${origin}`
  }

  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        frameSrc: [frames],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"]
      }
    },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Pages of issues are on an origin of their own anyway, and browsers want one answer for a whole origin.
    originAgentCluster: false,
    referrerPolicy: { policy: 'no-referrer' },
    // Loopback speaks plain HTTP.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' }
  })
}
