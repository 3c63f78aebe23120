import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Issue } from './issues.ts'

const strict = { additionalProperties: false }

/** A text in pieces, of which those that were looked for are marked. To be shown as text: others wrote it. */
export type MarkedText = Static<typeof MarkedText>
export const MarkedText = Type.Array(Type.Object({ text: Type.String(), isHit: Type.Boolean() }, strict))

export type SearchResult = Static<typeof SearchResult>
export const SearchResult = Type.Object({
  issue: Issue,
  title: MarkedText,
  /** Where it stands in the text, with some of what stands around. */
  snippet: MarkedText
}, strict)

/** How far the index has come. What is not in it yet is not found. */
export type SearchState = Static<typeof SearchState>
export const SearchState = Type.Object({
  isComplete: Type.Boolean(),
  /** Issues that are in it, of all that are ready. */
  indexed: Type.Integer(),
  total: Type.Integer()
}, strict)

export type SearchPage = Static<typeof SearchPage>
export const SearchPage = Type.Object({
  /** Best first. */
  results: Type.Array(SearchResult),
  /** On all pages together. */
  total: Type.Integer(),
  /** Older issues match, too, that are not among them: of very many only the newest are ranked. */
  isMore: Type.Boolean(),
  next: Type.Union([Type.String(), Type.Null()]),
  index: SearchState
}, strict)

export const search = {
  searchIssues: endpoint({
    method: 'GET', path: '/api/search', summary: 'Find issues by the words of their texts, titles, tags and authors, best first',
    query: Type.Object({
      /** Words, "a phrase", beginning*, from:, tag:, before:, after:, is:unread, is:saved. */
      q: Type.String({ maxLength: 500 }),
      /** The last word is still being typed: it may go on. */
      typing: Type.Optional(Type.Boolean()),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      /** From `next` of the page before. */
      cursor: Type.Optional(Type.String({ maxLength: 20 }))
    }, strict),
    response: SearchPage
  })
}
