import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import type { IssuePageHtml } from '../../subscriber/rendering/page.ts'
import { isAmong } from '../server/conditional.ts'
import type { AnswersUnderway } from './answers-underway.ts'

/** What is shown may be corrected, retracted or erased: nobody is told to believe an old copy for longer. */
export const SHELF_CACHE = 'public, max-age=60'

const HTML = 'text/html; charset=utf-8'
/** Of a large answer a connection is given so much at a time, so that it is known who takes it. */
const PIECE_BYTES = 16 * 1024
/** What is smaller goes out at once: the number of connections is its bound. */
const LARGE_BYTES = 64 * 1024

/** Something to send, as it is kept for others who ask for it. */
export interface ShelfAnswer {
  /** The same for the same bytes. */
  tag: string
  bytes: Buffer
}

export interface ShelfPageAnswer extends ShelfAnswer { styleHashes: string[] }

export function answerOf (content: string | Uint8Array): ShelfAnswer {
  const bytes = Buffer.from(content)
  return { tag: tagOf(bytes), bytes }
}

export function pageAnswer ({ html, styleHashes }: IssuePageHtml): ShelfPageAnswer {
  return { ...answerOf(html), styleHashes }
}

export function tagOf (content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

/** Sends the answers of the pages for everyone, so that those who read slowly share what they are sent. */
export class ShelfReplies {
  #underway: AnswersUnderway

  constructor (underway: AnswersUnderway) {
    this.#underway = underway
  }

  /** Sends a page, or that it is the one that the browser has. @throws AppError TOO_MANY_REQUESTS for a large one */
  page (request: FastifyRequest, reply: FastifyReply, { styleHashes, ...answer }: ShelfPageAnswer): FastifyReply {
    reply.header('content-security-policy', policyOf(styleHashes))
    return this.tagged(request, reply, { type: HTML, tag: answer.tag, key: answer.tag, parts: [answer.bytes] })
  }

  /** Sends a page that nobody may keep: it tells what could not be done just now. */
  passing (reply: FastifyReply, { html, styleHashes }: IssuePageHtml): FastifyReply {
    return reply.headers({ 'content-security-policy': policyOf(styleHashes), 'cache-control': 'no-store', 'content-type': HTML }).send(html)
  }

  /**
   * Sends what a tag stands for, unless the other side has it.
   *
   * @param key the same for the same parts
   * @param between what stands between two parts
   * @throws AppError TOO_MANY_REQUESTS
   */
  tagged (
    request: FastifyRequest, reply: FastifyReply,
    { type, tag, key, parts, between = Buffer.alloc(0) }: { type: string, tag: string, key: string, parts: Buffer[], between?: Buffer }
  ): FastifyReply {
    const etag = `"${tag}"`
    reply.headers({ etag, 'cache-control': SHELF_CACHE, 'content-type': type })
    if (isAmong(etag, request.headers['if-none-match'])) return reply.code(304).send()
    if (sizeOf(parts, between) <= LARGE_BYTES) return reply.send(Buffer.concat([...pieces(parts, between)]))
    const isHead = request.method === 'HEAD'
    const sent = isHead ? parts : this.#underway.hold(key, parts, reply.raw, request.raw.socket)
    reply.header('content-length', sizeOf(sent, between))
    return reply.send(Readable.from(isHead ? [] : pieces(sent, between), { objectMode: false, highWaterMark: PIECE_BYTES }))
  }
}

function policyOf (styleHashes: string[]): string {
  const styles = styleHashes.map(hash => `'${hash}'`).join(' ')
  return "default-src 'none'; img-src 'self'; media-src 'self'; " +
    `style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads'
}

function sizeOf (parts: Buffer[], between: Buffer): number {
  return parts.reduce((sum, { length }) => sum + length, (parts.length - 1) * between.length)
}

/** Without a copy of anything. */
function * pieces (parts: Buffer[], between: Buffer): Generator<Buffer> {
  for (const [i, part] of parts.entries()) {
    if (i > 0 && between.length > 0) yield between
    for (let start = 0; start < part.length; start += PIECE_BYTES) yield part.subarray(start, start + PIECE_BYTES)
  }
}
