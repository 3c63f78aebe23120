import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sendIssueFile } from './issue-file.ts'
import type { IssueKey, SubscriberPart } from './parts.ts'
import type { Secrets } from './secrets.ts'

/** Where a browser opens the issue; the pass in it opens this issue alone, and nothing else of the node. */
export function pagePath (key: IssueKey, secrets: Secrets): string {
  return `/read/${refOf(key)}?pass=${secrets.createPass(refOf(key))}`
}

/**
 * The pages of issues. What stands in them was written by others, so they are sandboxed: without scripts, forms and requests
 * to anywhere, and with an origin of their own, from which the console can't be reached.
 */
export function readingPages (app: FastifyInstance, { subscriber, secrets }: { subscriber: SubscriberPart, secrets: Secrets }): void {
  app.addHook('onRequest', async (_request, reply) => {
    // Browsers refuse to open a page that is sandboxed and asks for a window of its own.
    reply.header('cross-origin-opener-policy', 'unsafe-none')
  })

  app.get<{ Params: { issue: string } }>('/read/:issue', {
    config: { access: 'issue' },
    schema: { summary: 'An issue as a page to read' }
  }, async (request, reply) => {
    const key = await subscriber.resolveIssue(request.params.issue)
    const pass = passIn(request) ?? secrets.createPass(refOf(key))
    const { html, styleHashes } = await subscriber.page(key, name => `/read/${refOf(key)}/files/${encodeURIComponent(name)}?pass=${pass}`)
    return reply.headers({
      'cache-control': 'private, no-store',
      'content-security-policy': pagePolicy(styleHashes),
      'content-type': 'text/html; charset=utf-8',
      // The console shows the page in a frame.
      'x-frame-options': 'SAMEORIGIN'
    }).send(html)
  })

  app.get<{ Params: { issue: string, name: string } }>('/read/:issue/files/:name', {
    config: { access: 'file' },
    schema: { summary: 'A picture or attachment of an issue' }
  }, async (request, reply) => {
    const file = await subscriber.file(await subscriber.resolveIssue(request.params.issue), request.params.name)
    // To the browser a sandboxed page is another site; who has the pass may show the picture.
    if (passIn(request) !== null) reply.header('cross-origin-resource-policy', 'cross-origin')
    return sendIssueFile(request, reply, request.params.name, file)
  })
}

/** The pass that the guard let through; null when a token did. */
function passIn ({ query, caller }: FastifyRequest): string | null {
  return caller === null ? (query as { pass: string }).pass : null
}

function refOf ({ id, newsletter }: IssueKey): string {
  return `${id}@${newsletter}`
}

function pagePolicy (styleHashes: string[]): string {
  const styles = styleHashes.length > 0 ? styleHashes.map(hash => `'${hash}'`).join(' ') : "'none'"
  return `default-src 'none'; img-src 'self'; style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; ` +
    'sandbox allow-popups allow-popups-to-escape-sandbox'
}
