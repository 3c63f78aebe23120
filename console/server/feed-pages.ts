import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { type FeedFormat, feedFormats } from '../../subscriber/feeds/feed.ts'
import { writeFeed } from '../../subscriber/feeds/write-feed.ts'
import { isAmong, isSince } from './conditional.ts'
import { FeedAddresses, INBOX } from './feed-addresses.ts'
import { feedHome } from './feed-home.ts'
import { sandboxed, sendPage, sendPageFile } from './page-reply.ts'
import type { IssueKey, SubscriberPart } from './parts.ts'
import type { Secrets } from './secrets.ts'

interface FeedParams { Params: { feed: string } }
interface FeedIssueParams { Params: { feed: string, issue: string, name: string } }

/** Feeds for programs of this machine that read such, and what stands in them. */
export function feedPages (app: FastifyInstance, { subscriber, secrets }: { subscriber: SubscriberPart, secrets: Secrets }): void {
  sandboxed(app)
  const seen = new SeenTags()
  const addressesOf = ({ headers }: FastifyRequest, feed: string): FeedAddresses => new FeedAddresses(headers.host!, feed, secrets)
  const issueIn = async ({ feed, issue }: FeedIssueParams['Params']): Promise<IssueKey> => {
    const key = await subscriber.resolveIssue(issue)
    await subscriber.feeds.ensureHolds(newsletterOf(feed), key)
    return key
  }

  for (const [format, { file, type }] of Object.entries(feedFormats) as [FeedFormat, typeof feedFormats[FeedFormat]][]) {
    app.get<FeedParams>(`/feeds/:feed/${file}`, {
      config: { access: 'feed' },
      schema: { summary: 'The newest issues in full, for feed readers' }
    }, async (request, reply) => {
      const { feed } = request.params
      const addresses = addressesOf(request, feed)
      const contents = await subscriber.feeds.contents(newsletterOf(feed))
      // Addresses in it name the port.
      const etag = `"${contents.tag}.${request.headers.host}"`
      const sinceMs = seen.sinceMs(feed, etag)
      reply.headers({ etag, 'last-modified': new Date(sinceMs).toUTCString(), 'cache-control': 'private, no-cache' })
      if (isFresh(request, etag, sinceMs)) return reply.code(304).send()
      const text = await writeFeed(await subscriber.feeds.feed(contents, addresses), format, addresses.format(format))
      return reply.header('content-type', `${type}; charset=utf-8`).send(text)
    })
  }

  app.get<FeedParams>('/feeds/:feed', {
    config: { access: 'feed' },
    schema: { summary: 'A page by which feed readers find the feeds' }
  }, async (request, reply): Promise<FastifyReply> => {
    const { feed } = request.params
    const { head } = await subscriber.feeds.contents(newsletterOf(feed))
    return sendPage(reply, feedHome(head, addressesOf(request, feed)))
  })

  app.get<FeedIssueParams>('/feeds/:feed/issues/:issue', {
    config: { access: 'feed' },
    schema: { summary: 'An issue of a feed as a page to read' }
  }, async (request, reply) => {
    const key = await issueIn(request.params)
    const { file } = addressesOf(request, request.params.feed)
    return sendPage(reply, await subscriber.reading.page(key, name => file(request.params.issue, name)))
  })

  app.get<FeedIssueParams>('/feeds/:feed/issues/:issue/files/:name', {
    config: { access: 'feed' },
    schema: { summary: 'A picture or attachment of an issue of a feed' }
  }, async (request, reply) =>
    sendPageFile(request, reply, request.params.name, await subscriber.reading.file(await issueIn(request.params), request.params.name)))
}

/** What feed readers ask by: the tag counts where they give both. */
function isFresh ({ headers }: FastifyRequest, etag: string, sinceMs: number): boolean {
  const { 'if-none-match': tags, 'if-modified-since': time } = headers
  return tags === undefined ? isSince(sinceMs, time) : isAmong(etag, tags)
}

/** @throws AppError NOT_FOUND for what can name no newsletter */
function newsletterOf (feed: string): string | null {
  if (feed === INBOX) return null
  if (/^[a-z0-9]{52}$/.test(feed)) return feed
  throw new AppError('NOT_FOUND', 'There is no such feed. "colporteur feeds" tells which there are.')
}

/** Since when each feed has been as it is: an old issue that arrives late is news, whatever its date. */
class SeenTags {
  #seen = new Map<string, { etag: string, sinceMs: number }>()

  sinceMs (feed: string, etag: string): number {
    const known = this.#seen.get(feed)
    if (known?.etag === etag) return known.sinceMs
    // Whole seconds, and later than what was told before, so that two changes within one second stay apart.
    const nowMs = Math.floor(Date.now() / 1000) * 1000
    const sinceMs = known ? Math.max(nowMs, known.sinceMs + 1000) : nowMs
    this.#seen.set(feed, { etag, sinceMs })
    return sinceMs
  }
}
