import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { AppError } from '../../shared/errors.ts'
import { byteRange } from './byte-range.ts'
import { isAmong } from './conditional.ts'
import type { IssueFileContent } from './parts.ts'

/** What browsers show without running anything from it. All else is offered to be saved. */
const shownTypes = new Set([
  'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/svg+xml',
  'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus', 'audio/flac', 'audio/wav', 'audio/webm',
  'video/mp4', 'video/webm', 'video/ogg',
  'application/pdf'
])

const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
/** Players and viewers of browsers are pages of their own, which may load the file itself. */
const filePolicy = "default-src 'none'; img-src 'self'; media-src 'self'; object-src 'self'; style-src 'unsafe-inline'; " +
  "frame-ancestors 'none'"

/**
 * Sends a file of an issue, whole or a range of it.
 *
 * A picture that is not to be shown can only be saved. Browsers show as a picture whatever has the bytes of one, under whatever
 * type: where one asks in order to show it, as an older page may make it do, it gets nothing.
 *
 * @param cacheControl who may keep it, and for how long
 * @throws AppError BAD_FORMAT
 */
export function sendIssueFile (
  request: FastifyRequest, reply: FastifyReply, name: string, file: IssueFileContent, cacheControl = 'private, no-cache'
): FastifyReply {
  const { sizeBytes, notShown } = file
  if (notShown !== null && request.headers['sec-fetch-dest'] === 'image') throw new AppError('BAD_FORMAT', `The picture is not shown: ${notShown}. Save the file to have it as it is.`)
  const etag = `"${file.hash}"`
  const type = file.type.toLowerCase()
  const isShown = notShown === null && shownTypes.has(type)
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
    'content-type': isShown ? type : 'application/octet-stream',
    'content-security-policy': type === 'image/svg+xml' ? svgPolicy : filePolicy
  })
  if (!isShown) reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeRfc8187(name)}`)

  if (isAmong(etag, request.headers['if-none-match'])) return reply.code(304).send()

  const { 'if-range': condition, range: wanted } = request.headers
  const range = byteRange(condition === undefined || condition === etag ? wanted : undefined, sizeBytes)
  if (range === 'notSatisfiable') {
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send(Buffer.alloc(0))
  }
  if (sizeBytes === 0) return reply.send(Buffer.alloc(0))
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 }
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`)
  reply.header('content-length', end - start + 1)
  // Nothing is read for who asks for the head alone.
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : file.open(start, end))
}

function encodeRfc8187 (name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
