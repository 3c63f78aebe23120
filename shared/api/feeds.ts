import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'

const strict = { additionalProperties: false }

/** Where programs of this machine that read feeds find one. The addresses open what they name without a token. */
export type FeedLinks = Static<typeof FeedLinks>
export const FeedLinks = Type.Object({
  /** Address of the newsletter; null: the inbox. */
  newsletter: Type.Union([Type.String(), Type.Null()]),
  title: Type.String(),
  /** A page by which feed readers find the others. */
  page: Type.String(),
  atom: Type.String(),
  rss: Type.String(),
  json: Type.String()
}, strict)

export const feeds = {
  listFeeds: endpoint({
    method: 'GET', path: '/api/feeds', summary: 'Addresses of the inbox and of each newsletter as Atom, RSS and JSON Feed, on loopback',
    response: Type.Object({ feeds: Type.Array(FeedLinks) }, strict)
  })
}
