import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../console/server/app.ts'
import { Secrets } from '../../console/server/secrets.ts'
import { type Client, createClient, isBytes, type Send } from '../../shared/api/client.ts'
import { isAppError } from '../../shared/errors.ts'
import { createLog } from '../../shared/log.ts'
import { MemoryCopies } from './memory-copies.ts'
import { MemoryDrafts } from './memory-drafts.ts'
import {
  memoryBackups, MemoryCustody, memoryEnrolment, memoryInvitations, MemoryLocks, memoryRestoring, memoryResuming, memoryRevising, MemoryRoot, MemoryWriting
} from './memory-keys.ts'
import { memoryNotifier } from './memory-holding.ts'
import { MemoryNode } from './memory-node.ts'
import { MemoryPublisher } from './memory-publisher.ts'
import { memorySearch } from './memory-search.ts'
import { MemorySubscriber } from './memory-subscriber.ts'
import { TOKEN } from './samples.ts'

/** A server over parts that keep everything in memory, and what is needed to ask it. */
export interface Room {
  app: FastifyInstance
  publisher: MemoryPublisher
  subscriber: MemorySubscriber
  drafts: MemoryDrafts
  node: MemoryNode
  locks: MemoryLocks
  secrets: Secrets
  logged: string[]
  /** Calls inside the process, with the program token. */
  client: Client
}

/** Not listening yet: {@link inside} needs no socket, {@link listen} opens one. It closes with the test. */
export function openRoom (t: Test, { webFolder = '/nowhere', hosts = [] as string[] } = {}): Room {
  const [publisher, subscriber, drafts, node] = [new MemoryPublisher(), new MemorySubscriber(), new MemoryDrafts(), new MemoryNode()]
  const previews = {
    page: async (_issue: object, fileUrl: (name: string) => string) => ({ html: `<img src="${fileUrl('a-b.png')}">`, styleHashes: ['sha256-abc='] })
  }
  const locks = new MemoryLocks()
  const secrets = new Secrets({ programToken: TOKEN })
  const logged: string[] = []
  const log = createLog('info', { write: line => { logged.push(line) } })
  const keys = {
    revising: memoryRevising, custody: new MemoryCustody(), writing: new MemoryWriting(), locks, root: new MemoryRoot(),
    invitations: memoryInvitations, enrolment: memoryEnrolment,
    restoring: memoryRestoring, resuming: memoryResuming, backups: memoryBackups
  }
  const copies = new MemoryCopies()
  const app = buildApp({ publisher, ...keys, subscriber, search: memorySearch, copies, shelf: { url: null, problem: null, serve: async () => {} }, drafts, previews, notifier: memoryNotifier, node, secrets, log, webFolder, hosts, version: '1.2.3' })
  t.teardown(() => app.close())
  return { app, publisher, subscriber, drafts, node, locks, secrets, logged, client: createClient(inside(app, TOKEN)) }
}

/** Sends inside the process, with a token. */
export function inside (app: FastifyInstance, token: string): Send {
  return async ({ method, path, body }) => {
    const payload = body !== undefined && { payload: body as object }
    const headers = { authorization: `Bearer ${token}`, ...(isBytes(body) && { 'content-type': 'application/octet-stream' }) }
    const response = await app.inject({ method, url: path, headers, ...payload })
    return { status: response.statusCode, body: response.json() }
  }
}

/** Gives the port. */
export async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

interface Answer { status: number, headers: IncomingHttpHeaders, code?: string }

/** A request with exactly these headers, which `fetch` would not send. */
export async function ask (port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  const body = await text(response)
  const isProblem = response.headers['content-type']?.startsWith('application/problem+json') ?? false
  return { status: response.statusCode!, headers: response.headers, ...(isProblem && { code: JSON.parse(body).code }) }
}

/** Of the failure. */
export async function codeOf (work: Promise<unknown>): Promise<string> {
  return await work.then(() => 'no failure', error => isAppError(error) ? error.code : String(error))
}

export const asProgram = { authorization: `Bearer ${TOKEN}` }
