import type { FastifyInstance, FastifyReply } from 'fastify'
import { Readable } from 'node:stream'
import Value from 'typebox/value'
import { exportedFilePaths, ExportFormat, exports as api } from '../../../shared/api/exports.ts'
import { AppError } from '../../../shared/errors.ts'
import type { SubscriberPart } from '../parts.ts'
import { implement } from '../register.ts'
import type { ExportedFile } from '../subscribing-parts.ts'

export function exports (app: FastifyInstance, { subscriber }: { subscriber: SubscriberPart }): void {
  const { exporting } = subscriber.subscribing

  implement(app, api.exportIssue, async ({ params, body: { path, format } }) => {
    const key = await subscriber.resolveIssue(params.issue)
    return format ? await exporting.issue(key, format, path) : await subscriber.reading.exportIssue(key, path)
  })

  implement(app, api.exportNewsletter, async ({ params, body: { path, format } }) =>
    await exporting.newsletter(await subscriber.resolveNewsletter(params.newsletter), format, path))

  app.get<{ Params: { issue: string, format: string } }>(exportedFilePaths.issue, {
    schema: { summary: 'An issue as a file that other programs read' }
  }, async ({ params }, reply) => send(reply, await exporting.issueFile(await subscriber.resolveIssue(params.issue), formatIn(params.format))))

  app.get<{ Params: { newsletter: string, format: string } }>(exportedFilePaths.newsletter, {
    schema: { summary: 'A newsletter as a file that other programs read' }
  }, async ({ params }, reply) => send(reply, await exporting.newsletterFile(await subscriber.resolveNewsletter(params.newsletter), formatIn(params.format))))
}

/** @throws AppError NOT_FOUND */
function formatIn (text: string): ExportFormat {
  if (!Value.Check(ExportFormat, text)) throw new AppError('NOT_FOUND', 'There is no such format.')
  return text
}

/** To be kept, and never shown where the console is. */
function send (reply: FastifyReply, { name, type, bytes }: ExportedFile): FastifyReply {
  return reply.headers({
    'cache-control': 'private, no-store',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`,
    'content-type': type
  }).send(Readable.from(bytes))
}
