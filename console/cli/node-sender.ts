import { Agent, type IncomingMessage, request } from 'node:http'
import { type ApiRequest, type ApiResponse, isBytes, type Send } from '../../shared/api/client.ts'
import { AppError, messageOf } from '../../shared/errors.ts'

/**
 * Carries requests to a running node of this machine, and waits for its answer as long as it works: a large bundle takes
 * longer than the five minutes after which fetch gives up.
 *
 * @throws AppError NODE_UNREACHABLE, when nothing answers, or something else than a node
 */
export function nodeSender ({ url, token }: { url: string, token: string }): Send {
  return async asked => {
    try {
      return await ask(new URL(asked.path, url), token, asked)
    } catch (error) {
      throw new AppError('NODE_UNREACHABLE', `The node at ${url} does not answer (${messageOf(error)}). Is it running?`, { cause: error })
    }
  }
}

async function ask (url: URL, token: string, { method, body }: ApiRequest): Promise<ApiResponse> {
  const content = await contentOf(body)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(content && { 'content-type': isBytes(body) ? 'application/octet-stream' : 'application/json', 'content-length': content.length }) }
    request(url, { method, headers, agent: new Agent({ keepAlive: false }) }, resolve).once('error', reject).end(content ?? undefined)
  })
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part as Buffer)
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown }
}

async function contentOf (body: unknown): Promise<Buffer | null> {
  if (body === undefined) return null
  if (!isBytes(body)) return Buffer.from(JSON.stringify(body))
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(await body.arrayBuffer())
}
