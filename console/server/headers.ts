import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** Headers of every answer; the reading pages and `/docs` have a Content-Security-Policy of their own. */
export function headers (app: FastifyInstance): void {
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        frameSrc: ["'self'"],
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
