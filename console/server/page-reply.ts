import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendIssueFile } from './issue-file.ts'
import type { IssueFileContent, PageHtml } from './parts.ts'

/**
 * For a scope whose pages show text of others: they are sandboxed, without scripts, forms and requests to anywhere, and
 * with an origin of their own, from which the console can't be reached.
 */
export function sandboxed (app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    // Browsers refuse to open a page that is sandboxed and asks for a window of its own.
    reply.header('cross-origin-opener-policy', 'unsafe-none')
  })
}

export function sendPage (reply: FastifyReply, { html, styleHashes }: PageHtml): FastifyReply {
  return reply.headers({
    'cache-control': 'private, no-store',
    'content-security-policy': pagePolicy(styleHashes),
    'content-type': 'text/html; charset=utf-8',
    // The console shows the page in a frame.
    'x-frame-options': 'SAMEORIGIN'
  }).send(html)
}

/** A picture or attachment of such a page. */
export function sendPageFile (request: FastifyRequest, reply: FastifyReply, name: string, file: IssueFileContent): FastifyReply {
  // To the browser a sandboxed page is another site; who has the pass may show the picture.
  if (passIn(request) !== null) reply.header('cross-origin-resource-policy', 'cross-origin')
  return sendIssueFile(request, reply, name, file)
}

/** The pass that the guard let through; null when a token did. */
export function passIn ({ query, caller }: FastifyRequest): string | null {
  return caller === null ? (query as { pass: string }).pass : null
}

function pagePolicy (styleHashes: string[]): string {
  const styles = styleHashes.length > 0 ? styleHashes.map(hash => `'${hash}'`).join(' ') : "'none'"
  return `default-src 'none'; img-src 'self'; style-src ${styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; ` +
    'sandbox allow-popups allow-popups-to-escape-sandbox'
}
