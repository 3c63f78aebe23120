import type { FastifyInstance } from 'fastify'
import { besideConsole, type PagePlace, passIn, sandboxed, sendPage, sendPageFile } from './page-reply.ts'
import type { IssueKey, SubscriberPart } from './parts.ts'
import type { Secrets } from './secrets.ts'

/** Where a browser opens the issue; the pass in it opens this issue alone, and nothing else of the node. */
export function pagePath (key: IssueKey, secrets: Secrets): string {
  return `/read/${refOf(key)}?pass=${secrets.createPass(refOf(key))}`
}

/** The pages of issues, which were written by others. */
export function readingPages (
  app: FastifyInstance, { subscriber, secrets, place = besideConsole }: { subscriber: SubscriberPart, secrets: Secrets, place?: PagePlace }
): void {
  sandboxed(app)

  app.get<{ Params: { issue: string } }>('/read/:issue', {
    config: { access: 'issue' },
    schema: { summary: 'An issue as a page to read' }
  }, async (request, reply) => {
    const key = await subscriber.resolveIssue(request.params.issue)
    const pass = passIn(request) ?? secrets.createPass(refOf(key))
    const fileUrl = (name: string): string => `/read/${refOf(key)}/files/${encodeURIComponent(name)}?pass=${pass}`
    return sendPage(reply, await subscriber.reading.page(key, fileUrl, place.stylesheets), place)
  })

  app.get<{ Params: { issue: string, name: string } }>('/read/:issue/files/:name', {
    config: { access: 'file' },
    schema: { summary: 'A picture or attachment of an issue' }
  }, async (request, reply) => {
    const file = await subscriber.reading.file(await subscriber.resolveIssue(request.params.issue), request.params.name)
    return sendPageFile(request, reply, request.params.name, file)
  })
}

function refOf ({ id, newsletter }: IssueKey): string {
  return `${id}@${newsletter}`
}
