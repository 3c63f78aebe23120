import type { FastifyInstance } from 'fastify'
import { draftRef } from './guard.ts'
import { besideConsole, type PagePlace, passIn, sandboxed, sendPage, sendPageFile } from './page-reply.ts'
import type { DraftsPart, PreviewsPart } from './parts.ts'
import type { Secrets } from './secrets.ts'

/** Where a browser sees the draft as its readers will; the pass in it opens this draft alone. */
export function previewPath (id: string, secrets: Secrets): string {
  return `/preview/${id}?pass=${secrets.createPass(draftRef(id))}`
}

export interface PreviewPageParts { drafts: DraftsPart, previews: PreviewsPart, secrets: Secrets, place?: PagePlace }

/** The pages of drafts: what was pasted into them is no more to be trusted than an issue of somebody else. */
export function previewPages (app: FastifyInstance, { drafts, previews, secrets, place = besideConsole }: PreviewPageParts): void {
  sandboxed(app)

  app.get<{ Params: { draft: string } }>('/preview/:draft', {
    config: { access: 'issue' },
    schema: { summary: 'A draft as the page that readers would see' }
  }, async (request, reply) => {
    const { draft } = request.params
    const pass = passIn(request) ?? secrets.createPass(draftRef(draft))
    const { fileNames, ...issue } = await drafts.preview(draft)
    const fileUrl = (name: string): string => `/preview/${draft}/files/${encodeURIComponent(fileNames[name] ?? name)}?pass=${pass}`
    return sendPage(reply, await previews.page(issue, fileUrl, place.stylesheets), place)
  })

  app.get<{ Params: { draft: string, name: string } }>('/preview/:draft/files/:name', {
    config: { access: 'file' },
    schema: { summary: 'A picture or attachment of a draft' }
  }, async (request, reply) => {
    const { draft, name } = request.params
    return sendPageFile(request, reply, name, await drafts.files.open(draft, name))
  })
}
