import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendIssueFile } from './issue-file.ts'
import type { IssueFileContent, PageHtml } from './parts.ts'

/** How a page is shown where it is served. */
export interface PagePlace {
  /** Who may show it in a frame, as Content-Security-Policy writes it. */
  frameAncestors: (request: FastifyRequest) => string
  /** What the sandbox lets it do. Never scripts. */
  sandbox: string
  /** Paths of what it is lent, such as fonts. */
  stylesheets: string[]
}

/** Where the console is, a page has an origin of its own, which nothing of the console can reach. */
export const besideConsole: PagePlace = {
  frameAncestors: () => "'self'",
  sandbox: 'allow-popups allow-popups-to-escape-sandbox allow-downloads',
  stylesheets: []
}

/**
 * For a scope whose pages show text of others: they are sandboxed, without scripts, forms and requests to anywhere, on
 * another origin than the console's.
 */
export function sandboxed (app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    // Browsers refuse to open a page that is sandboxed and asks for a window of its own.
    reply.header('cross-origin-opener-policy', 'unsafe-none')
  })
}

export function sendPage (reply: FastifyReply, { html, styleHashes }: PageHtml, place: PagePlace = besideConsole): FastifyReply {
  // Browsers that know `frame-ancestors`, all of them by now, take nothing from this header.
  if (place === besideConsole) reply.header('x-frame-options', 'SAMEORIGIN')
  return reply.headers({
    'cache-control': 'private, no-store',
    'content-security-policy': pagePolicy(reply.request, styleHashes, place),
    'content-type': 'text/html; charset=utf-8'
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

function pagePolicy (request: FastifyRequest, styleHashes: string[], { frameAncestors, sandbox, stylesheets }: PagePlace): string {
  const lent = stylesheets.map(path => `http://${request.headers.host}${path}`)
  const styles = [...styleHashes.map(hash => `'${hash}'`), ...lent].join(' ') || "'none'"
  const fonts = lent.length > 0 ? "font-src 'self'; " : ''
  return `default-src 'none'; img-src 'self'; style-src ${styles}; ${fonts}base-uri 'none'; form-action 'none'; ` +
    `frame-ancestors ${frameAncestors(request)}; sandbox ${sandbox}`
}
