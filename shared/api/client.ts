import { AppError, failures, messageOf, type FailureCode } from '../errors.ts'
import { api, type Api, type Operation } from './api.ts'
import type { Endpoint, Input, Output } from './endpoint.ts'

export interface ApiRequest { method: Endpoint['method'], path: string, body?: unknown }
export interface ApiResponse { status: number, body: unknown }

/** Carries a request to the node: over HTTP, or straight into an app of the same process. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>

/** What an operation has to be given: nothing, something optional, or something. */
type Given<E extends Endpoint> = unknown extends Input<E> ? [] : Partial<Input<E>> extends Input<E> ? [input?: Input<E>] : [input: Input<E>]

/** A method for each operation of the contract. Each throws AppError with the code that the node answered. */
export type Client = {
  readonly [Name in Operation]: (...given: Given<Api[Name]>) => Promise<Output<Api[Name]>>
}

interface Values { params?: Record<string, unknown>, query?: Record<string, unknown>, body?: unknown }

export function createClient (send: Send): Client {
  const operations = Object.entries<Endpoint>(api).map(([name, { method, path }]) => {
    const call = async ({ params = {}, query = {}, body }: Values = {}): Promise<unknown> => {
      const request = { method, path: filled(path, params) + queryText(query), ...(body !== undefined && { body }) }
      const { status, body: answer } = await send(request)
      if (status >= 400) throw failureOf(status, answer)
      return answer
    }
    return [name, call]
  })
  return Object.fromEntries(operations) as Client
}

export interface FetchSenderOptions {
  /** Of the node, without a path. */
  url: string
  /** Null: to open a session. */
  token: string | null
  fetch?: typeof globalThis.fetch
}

/** @throws AppError NODE_UNREACHABLE, when nothing answers, or something else than a node */
export function fetchSender ({ url, token, fetch = globalThis.fetch }: FetchSenderOptions): Send {
  return async ({ method, path, body }) => {
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': isBytes(body) ? 'application/octet-stream' : 'application/json' })
        },
        ...(body !== undefined && { body: isBytes(body) ? body : JSON.stringify(body) })
      })
      return { status: response.status, body: await response.json() }
    } catch (error) {
      throw new AppError('NODE_UNREACHABLE', `The node at ${url} does not answer (${messageOf(error)}). Is it running?`, { cause: error })
    }
  }
}

/** A file's bytes, to be sent as they are. */
export function isBytes (body: unknown): body is Uint8Array<ArrayBuffer> | Blob {
  return body instanceof Uint8Array || body instanceof Blob
}

function filled (path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
}

function queryText (query: Record<string, unknown>): string {
  const values = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) values.set(name, String(value))
  const text = values.toString()
  return text && `?${text}`
}

export function failureOf (status: number, answer: unknown): AppError {
  const { code, detail } = (answer ?? {}) as { code?: unknown, detail?: unknown }
  const message = typeof detail === 'string' ? detail : `The node answered with status ${status}.`
  return new AppError(isFailureCode(code) ? code : 'INTERNAL', message)
}

function isFailureCode (code: unknown): code is FailureCode {
  return typeof code === 'string' && Object.hasOwn(failures, code)
}
