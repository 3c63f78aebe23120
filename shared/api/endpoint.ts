import type { Static, TObject, TSchema } from 'typebox'

/** One operation of the node's HTTP interface, described once: the server registers it, the client calls it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `:name` for each path parameter. */
  readonly path: string
  readonly summary: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TSchema
  /** The body is a file's bytes (`application/octet-stream`) instead of JSON. */
  readonly bytes?: true
  /** So large may the body be, where that is more than usual. */
  readonly bodyBytes?: number
  readonly response: TSchema
  /** Answered without a token: only what tells nothing about the person. */
  readonly open?: true
}

/** Keeps the literal types of a description. */
export function endpoint<const E extends Endpoint> (description: E): E {
  return description
}

type Part<Name extends string, S> = S extends TSchema ? { [K in Name]: Static<S> } : unknown

/** What a caller of `E` has to give: `params`, `query` and `body`, as far as the endpoint has them. */
export type Input<E extends Endpoint> =
  & Part<'params', E['params']>
  & (E['query'] extends TSchema ? { query?: Static<E['query']> } : unknown)
  & Part<'body', E['body']>
  & (E['bytes'] extends true ? { body: Uint8Array<ArrayBuffer> | Blob } : unknown)

/** What a caller of `E` gets. */
export type Output<E extends Endpoint> = Static<E['response']>
