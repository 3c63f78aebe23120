import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { drafts as api, DRAFT_FILE_BYTES } from '../../../shared/api/drafts.ts'
import { AppError } from '../../../shared/errors.ts'
import type { DraftsPart, NodePart, SubscriberPart } from '../parts.ts'
import { previewPath } from '../preview.ts'
import { BYTES, implement } from '../register.ts'
import type { Secrets } from '../secrets.ts'

export interface DraftRouteParts { drafts: DraftsPart, subscriber: SubscriberPart, node: NodePart, secrets: Secrets }

export function drafts (app: FastifyInstance, { drafts, subscriber, node, secrets }: DraftRouteParts): void {
  // Not gathered in memory: a film goes to the disk as it comes.
  app.addContentTypeParser(BYTES, async (_request: FastifyRequest, bytes: Readable) => bytes)

  implement(app, api.listDrafts, async () => ({ drafts: drafts.list() }))

  implement(app, api.createDraft, async ({ body }) => {
    const { address, language } = await subscriber.newsletter(await subscriber.resolveNewsletter(body.newsletter))
    return await drafts.create(address, language)
  })

  implement(app, api.correctInDraft, async ({ params }) => {
    const { newsletter, id } = await subscriber.resolveIssue(params.issue)
    return await drafts.correct(newsletter, id)
  })

  implement(app, api.getDraft, async ({ params }) => await drafts.get(params.draft))

  implement(app, api.saveDraft, async ({ params, body }) => await drafts.save(params.draft, body))

  implement(app, api.discardDraft, async ({ params }) => {
    await drafts.discard(params.draft)
    return { draft: params.draft }
  })

  implement(app, api.listDraftVersions, async ({ params }) => ({ versions: await drafts.versions(params.draft) }))

  implement(app, api.getDraftVersion, async ({ params }) => await drafts.version(params.draft, params.version))

  implement(app, api.putDraftFile, async ({ params: { draft, name }, query: { alt } }, request) =>
    await drafts.files.put(draft, { name, alt, bytes: bytesOf(request), sizeBytes: sizeOf(request, name) }))

  implement(app, api.describeDraftFile, async ({ params, body }) => await drafts.files.describe(params.draft, params.name, body.alt))

  implement(app, api.removeDraftFile, async ({ params }) => await drafts.files.remove(params.draft, params.name))

  implement(app, api.checkDraft, async ({ params }) => await drafts.check(params.draft))

  implement(app, api.publishDraft, async ({ params, body }) => await drafts.publish(params.draft, body))

  implement(app, api.unpublishDraft, async ({ params }) => await drafts.unpublish(params.draft))

  implement(app, api.openDraft, async ({ params }) => {
    await drafts.get(params.draft)
    return { path: previewPath(params.draft, secrets), readingPort: node.readingPort }
  })
}

function bytesOf ({ body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return body as AsyncIterable<Uint8Array>
  throw new AppError('BAD_REQUEST', `Send the bytes of the file as ${BYTES}.`)
}

/** What the sender says; undefined when it says nothing. */
function sizeOf ({ headers }: FastifyRequest, name: string): number | undefined {
  const size = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  if (size !== undefined && size > DRAFT_FILE_BYTES) throw new AppError('TOO_LARGE', `${name} is larger than 64 MiB. Publish large files with the command line.`)
  return size
}
