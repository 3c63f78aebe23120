import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IssuePageHtml } from '../../subscriber/rendering/page.ts'
import { isAmong } from '../server/conditional.ts'

/** What is shown may be corrected, retracted or erased: nobody is told to believe an old copy for longer. */
export const SHELF_CACHE = 'public, max-age=60'

/** Sends a page, or that it is the one that the browser has. */
export function sendShelfPage (request: FastifyRequest, reply: FastifyReply, { html, styleHashes }: IssuePageHtml): FastifyReply {
  const styles = styleHashes.map(hash => `'${hash}'`).join(' ')
  reply.header('content-security-policy', "default-src 'none'; img-src 'self'; media-src 'self'; " +
    `style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads')
  return sendTagged(request, reply, { type: 'text/html; charset=utf-8', tag: tagOf(html), body: html })
}

export function tagOf (content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

/** Sends what a tag stands for, unless the other side has it. */
export function sendTagged (
  request: FastifyRequest, reply: FastifyReply, { type, tag, body }: { type: string, tag: string, body: string | Buffer }
): FastifyReply {
  const etag = `"${tag}"`
  reply.headers({ etag, 'cache-control': SHELF_CACHE, 'content-type': type })
  return isAmong(etag, request.headers['if-none-match']) ? reply.code(304).send() : reply.send(body)
}
