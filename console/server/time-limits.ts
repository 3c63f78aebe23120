import type { FastifyInstance } from 'fastify'
import { AppError } from '../../shared/errors.ts'

/**
 * For the server that Fastify makes: whoever connects has so long to say what they want, and is looked after so often. Less than
 * the silence after which a connection is ended, so that who is too slow hears it.
 */
export const HEADER_LIMITS = { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 }

/** Of a body so many bytes have to come in so long: a large file over a slow line takes its time, and a body that never ends has none. */
const PERIOD_MS = 8_000
const PERIOD_BYTES = 4 * 1024

/** Who has shown no token has so long for a whole body, which is small. */
const STRANGER_MS = 5_000
/** Of a body that is taken without a token. */
export const OPEN_BODY_BYTES = 4 * 1024

/** Ends requests whose body does not come. */
export function limitBodies (app: FastifyInstance): void {
  app.addHook('preParsing', async ({ raw, caller }, _reply, payload) => {
    // Who has sent all is not waited for, however long the answer lasts: the events never end.
    const { 'transfer-encoding': chunked, 'content-length': length } = raw.headers
    if (chunked === undefined && Number(length ?? 0) === 0) return payload
    const isStranger = caller === null
    let seen = 0
    const timer = setInterval(() => {
      const read = raw.socket.bytesRead ?? 0
      if (isStranger || read - seen < PERIOD_BYTES) payload.destroy(new AppError('TIMED_OUT', 'The body of the request did not come.'))
      seen = read
    }, isStranger ? STRANGER_MS : PERIOD_MS).unref()
    payload.once('close', () => clearInterval(timer))
    payload.once('end', () => clearInterval(timer))
    payload.once('error', () => clearInterval(timer))
    seen = raw.socket.bytesRead ?? 0
    return payload
  })
}
