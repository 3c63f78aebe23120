import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { feedFormats } from '../../subscriber/feeds/feed.ts'
import { writeFeed } from '../../subscriber/feeds/write-feed.ts'
import type { IssueDocument } from '../../subscriber/reading/issue-reader.ts'
import { PAGE_STYLE } from '../../subscriber/rendering/page-style.ts'
import { sendIssueFile } from '../server/issue-file.ts'
import { checkingPage } from './checking-page.ts'
import { MadeOnce } from './made-once.ts'
import { indexPage, newsletterPage, titleOf } from './newsletter-pages.ts'
import type { PublicLibrary } from './public-library.ts'
import { ShelfAddresses } from './shelf-addresses.ts'
import { partsAroundOrigin } from './parts-around-origin.ts'
import { aroundIssue } from './shelf-page.ts'
import { answerOf, pageAnswer, type ShelfAnswer, type ShelfPageAnswer, type ShelfReplies, SHELF_CACHE, tagOf } from './shelf-reply.ts'

/** The longest page has 48 MB, where each of its characters has three bytes. */
const PAGES_BYTES = 64 * 1024 * 1024
const FEEDS_BYTES = 64 * 1024 * 1024
/** A text has at most 4 MiB. */
const DOCUMENTS_BYTES = 16 * 1024 * 1024
const DOCUMENT_TYPES: Record<IssueDocument, string> = {
  'issue.json': 'application/json',
  'issue.json.minisig': 'text/plain; charset=utf-8',
  'body.md': 'text/markdown; charset=utf-8'
}

export interface ShelfRoutesParts { library: PublicLibrary, replies: ShelfReplies, url: string | null, keeper: () => string }

interface OfNewsletter { Params: { newsletter: string, name: string }, Querystring: { before?: string | string[] } }
interface OfIssue { Params: { newsletter: string, id: string, name: string } }

export function shelfRoutes (app: FastifyInstance, { library, replies, url, keeper }: ShelfRoutesParts): void {
  const pages = new MadeOnce<ShelfPageAnswer>({ sizeOf: ({ bytes }) => bytes.length, limitBytes: PAGES_BYTES })
  const feeds = new MadeOnce<Buffer[]>({ sizeOf: parts => parts.reduce((sum, { length }) => sum + length, 0), limitBytes: FEEDS_BYTES })
  const documents = new MadeOnce<ShelfAnswer>({ sizeOf: ({ bytes }) => bytes.length, limitBytes: DOCUMENTS_BYTES })
  const addressesOf = (request: FastifyRequest): ShelfAddresses => new ShelfAddresses(request, url)

  app.get('/', async (request, reply) => {
    const addresses = addressesOf(request)
    const newsletters = await library.newsletters()
    const page = await pages.get(keyOf('/', addresses, newsletters, keeper()), async () => pageAnswer(indexPage(newsletters, keeper(), addresses)))
    return replies.page(request, reply, page)
  })

  app.get('/how-to-check', async (request, reply) => {
    const addresses = addressesOf(request)
    const newsletters = await library.newsletters()
    const page = await pages.get(keyOf('/how-to-check', addresses, newsletters), async () => pageAnswer(checkingPage(newsletters.map(newsletter => ({
      newsletter, root: library.root(newsletter.address).map(({ path }) => path.slice('root/'.length))
    })), addresses)))
    return replies.page(request, reply, page)
  })

  app.get<OfNewsletter>('/:newsletter', async (request, reply) => {
    const { newsletter } = request.params
    const { before } = request.query
    const addresses = addressesOf(request)
    const view = await library.newsletter(newsletter)
    const issues = await library.issues(newsletter, typeof before === 'string' ? before : undefined)
    const page = await pages.get(keyOf('/:newsletter', addresses, view, issues), async () => pageAnswer(await newsletterPage(view, issues, addresses)))
    return replies.page(request, reply, page)
  })

  app.get<OfNewsletter>('/:newsletter/root/:name', async (request, reply) => {
    const { newsletter, name } = request.params
    const file = library.root(newsletter).find(({ path }) => path === `root/${name}`)
    if (!file) throw notHere()
    const { tag, bytes } = answerOf(file.bytes)
    return replies.tagged(request, reply, { type: 'text/plain; charset=utf-8', tag, key: tag, parts: [bytes] })
  })

  for (const format of ['atom', 'json'] as const) {
    const { file, type } = feedFormats[format]
    app.get<OfNewsletter>(`/:newsletter/${file}`, async (request, reply) => {
      const { newsletter } = request.params
      const addresses = addressesOf(request)
      const contents = await library.feedContents(newsletter)
      const key = `${contents.tag} ${newsletter} ${format}`
      const idOf = (ref: string): string => ref.split('@', 1)[0]!
      const parts = await feeds.get(key, async () => await partsAroundOrigin(async origin => await writeFeed(await library.feed(contents, {
        home: origin + addresses.newsletter(newsletter),
        issue: ref => origin + addresses.issue(newsletter, idOf(ref)),
        file: (ref, name) => origin + addresses.file(newsletter, idOf(ref), name)
      }), format, origin + addresses.feed(newsletter, format))))
      // Addresses in it name the host.
      const tag = tagOf(`${key} ${addresses.origin}`)
      return replies.tagged(request, reply, { type: `${type}; charset=utf-8`, tag, key, parts, between: Buffer.from(addresses.origin) })
    })
  }

  app.get<OfIssue>('/:newsletter/issues/:id', async (request, reply) => {
    const { newsletter, id } = request.params
    const addresses = addressesOf(request)
    const [view, issue] = await Promise.all([library.newsletter(newsletter), library.issue(newsletter, id)])
    // What the page is made of: who signed it is a matter of the root.
    const key = keyOf('issue', addresses, issue.ref, issue.manifestHash, issue.number, view.title, view.writers)
    const page = await pages.get(key, async () => {
      const around = aroundIssue({ address: newsletter, title: titleOf(view) }, id, addresses)
      return pageAnswer(await library.page(issue, name => addresses.file(newsletter, id, name), around))
    })
    return replies.page(request, reply, page)
  })

  for (const name of Object.keys(DOCUMENT_TYPES) as IssueDocument[]) {
    app.get<OfIssue>(`/:newsletter/issues/:id/${name}`, async (request, reply) => {
      const { newsletter, id } = request.params
      const { ref, manifestHash } = await library.issue(newsletter, id)
      const key = JSON.stringify([ref, manifestHash, name])
      const { tag, bytes } = await documents.get(key, async () => answerOf(await library.document(newsletter, id, name)))
      return replies.tagged(request, reply, { type: DOCUMENT_TYPES[name], tag, key: tag, parts: [bytes] })
    })
  }

  app.get<OfIssue>('/:newsletter/issues/:id/files/:name', async (request, reply) => {
    const { newsletter, id, name } = request.params
    return sendIssueFile(request, reply, name, await library.file(newsletter, id, name), SHELF_CACHE)
  })
}

/** What a page is made of: paths alone, which are the same for all hosts. */
function keyOf (kind: string, { home }: ShelfAddresses, ...parts: unknown[]): string {
  return tagOf(JSON.stringify([PAGE_STYLE, kind, home, ...parts]))
}

function notHere (): AppError {
  return new AppError('NOT_FOUND', 'There is no such page here.')
}
