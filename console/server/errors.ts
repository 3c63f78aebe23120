import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProblemDetails } from '../../shared/api/problem.ts'
import { AppError, failures, isAppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'

/** How the validator tells what is wrong. */
interface Fault { keyword: string, schemaPath: string, instancePath: string, message?: string, params?: Record<string, unknown> }

const partNames: Record<string, string> = { body: 'body', querystring: 'query', params: 'path' }

/** Every failure is answered here, as RFC 9457 says. */
export function errors (app: FastifyInstance, { log }: { log: Log }): void {
  app.setErrorHandler((error, request, reply) => answer(error, request, reply, log))
  app.setNotFoundHandler(request => {
    throw new AppError('NOT_FOUND', `There is no ${request.method} here.`)
  })
}

export function answer (error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const failure = isAppError(error) ? error : translated(error as FastifyError, request)
  if (failure.code === 'INTERNAL') log.error({ err: failure, method: request.method, route: request.routeOptions.url }, 'a request failed')
  if (failure.code === 'UNAUTHORIZED') reply.header('www-authenticate', 'Bearer')
  if (failure.code === 'TOO_MANY_REQUESTS') reply.header('retry-after', '60')
  return reply.code(failure.status).type('application/problem+json').send(problemOf(failure))
}

export function problemOf ({ code, message, status }: AppError): ProblemDetails {
  return { type: `urn:colporteur:error:${code}`, title: failures[code].title, status, detail: message, code }
}

function translated (error: FastifyError, { routeOptions }: FastifyRequest): AppError {
  const { statusCode = 500, message } = error
  if (error.validation) {
    const context = error.validationContext ?? ''
    const schema = (routeOptions.schema as Record<string, unknown> | undefined)?.[context]
    return new AppError('BAD_REQUEST', faultIn(partNames[context] ?? 'request', schema, error.validation as unknown as Fault[]))
  }
  if (statusCode === 413) {
    return new AppError('TOO_LARGE', `The request is larger than the ${routeOptions.bodyLimit} bytes that are taken here. The command line publishes larger issues, from a file.`, { cause: error })
  }
  if (statusCode === 404) return new AppError('NOT_FOUND', 'There is nothing here.', { cause: error })
  if (statusCode >= 400 && statusCode < 500) return new AppError('BAD_REQUEST', message, { cause: error })
  return new AppError('INTERNAL', 'Something failed that should not. The log of the node tells more.', { cause: error })
}

/**
 * The first thing that is wrong. Faults inside a choice of shapes name fields of shapes that were not meant, so the choice
 * itself is named.
 */
function faultIn (part: string, schema: unknown, faults: Fault[]): string {
  const isPlain = ({ keyword, schemaPath }: Fault): boolean => keyword !== 'boolean' && !schemaPath.includes('/anyOf/')
  const fault = faults.find(isPlain) ?? faults[0]
  if (!fault) return `The ${part} is not valid.`
  const place = `The ${part}${fault.instancePath && ` at ${fault.instancePath.slice(1)}`}`
  const { additionalProperties, requiredProperties, limit } = fault.params ?? {}
  if (fault.keyword === 'additionalProperties') return `${place} has fields that are not known here: ${listOf(additionalProperties)}.`
  if (fault.keyword === 'required') return `${place} lacks: ${listOf(requiredProperties)}.`
  if (fault.keyword === 'anyOf') return `${place} has none of the shapes that are accepted here.`
  // What people get wrong, and not programs, is told without words of programs.
  const field = `The ${fault.instancePath.split('/').at(-1)}`
  const wanted = fault.keyword === 'pattern' ? descriptionIn(schema, fault.schemaPath) : null
  if (wanted) return `${field} has to be ${wanted}.`
  switch (fault.keyword) {
    case 'minLength': return limit === 1 ? `${field} must not be empty.` : `${field} must have ${limit} characters or more.`
    case 'maxLength': return `${field} must have ${limit} characters or fewer.`
    case 'minimum': return `${field} must be ${limit} or more.`
    case 'maximum': return `${field} must be ${limit} or less.`
    default: return `${place} ${fault.message ?? 'is not valid'}.`
  }
}

/** How the contract describes what it wants at `schemaPath`, `#/properties/title`; null where it does not. */
function descriptionIn (schema: unknown, schemaPath: string): string | null {
  let at: unknown = schema
  for (const step of schemaPath.split('/').slice(1)) at = (at as Record<string, unknown> | undefined)?.[step]
  const { description } = (at ?? {}) as { description?: unknown }
  return typeof description === 'string' ? description : null
}

function listOf (names: unknown): string {
  return Array.isArray(names) ? names.join(', ').slice(0, 200) : 'unknown'
}
