import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'

const strict = { additionalProperties: false }

/** Longer than any list that somebody has. */
export const OPML_CHARACTERS = 2_000_000

export type OpmlTaken = Static<typeof OpmlTaken>
export const OpmlTaken = Type.Object({
  subscribed: Type.Array(Type.Object({ newsletter: Type.String(), title: Type.String() }, strict)),
  /** How many were followed, or written here, already. */
  already: Type.Integer(),
  /** Feeds that are no newsletter of Colporteur. */
  others: Type.Array(Type.Object({ title: Type.String(), url: Type.String() }, strict))
}, strict)

export const opml = {
  getOpml: endpoint({
    method: 'GET', path: '/api/subscriptions.opml', summary: 'The subscriptions as OPML, with their feeds on this machine and their addresses',
    response: Type.Object({ opml: Type.String() }, strict)
  }),
  takeOpml: endpoint({
    method: 'POST', path: '/api/subscriptions.opml', summary: 'Subscribe to every newsletter of Colporteur that a list in OPML names',
    body: Type.Object({ opml: Type.String({ minLength: 1, maxLength: OPML_CHARACTERS }) }, strict), response: OpmlTaken
  })
}
