import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { api } from '../../shared/api/api.ts'
import type { Endpoint, Input, Output } from '../../shared/api/endpoint.ts'
import { ProblemDetails } from '../../shared/api/problem.ts'
import { OPEN_BODY_BYTES } from './time-limits.ts'

/** Type of a body that is a file's bytes. */
export const BYTES = 'application/octet-stream'

const PROBLEM = { description: 'A failure', content: { 'application/problem+json': { schema: ProblemDetails } } }

const nothing = Type.Object({}, { additionalProperties: false })

/** Registers an endpoint of the contract from its declaration. The handler gets what was validated, and nothing else. */
export function implement<E extends Endpoint> (
  app: FastifyInstance,
  endpoint: E,
  handler: (input: Required<Input<E>>, request: FastifyRequest) => Promise<Output<E>>
): void {
  const { method, path, summary, params, query = nothing, body, bytes, bodyBytes, response, open } = endpoint
  app.route({
    method,
    url: path,
    ...(bodyBytes && { bodyLimit: bodyBytes }),
    ...(open && { bodyLimit: OPEN_BODY_BYTES }),
    config: open ? { access: 'open' } : {},
    schema: {
      summary,
      operationId: Object.entries(api).find(([, candidate]) => (candidate as Endpoint) === endpoint)?.[0],
      ...(open && { security: [] }),
      ...(params && { params }),
      querystring: query,
      ...(body && { body }),
      // They are read as they come, and so not validated.
      ...(bytes && { body: { content: { [BYTES]: { schema: Type.Any() } } } }),
      response: { 200: response, default: PROBLEM }
    },
    handler: async request => {
      const input: unknown = { params: request.params, query: request.query, body: request.body }
      return await handler(input as Required<Input<E>>, request)
    }
  })
}
