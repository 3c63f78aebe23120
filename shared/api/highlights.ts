import Type, { type Static } from 'typebox'
import { lines } from '../format/fields.ts'
import { endpoint } from './endpoint.ts'
import { BEFORE_CHARACTERS, NOTE_CHARACTERS, QUOTE_CHARACTERS } from './highlight-limits.ts'
import { IssueParams } from './issues.ts'
import { NewsletterParams } from './newsletters.ts'

const strict = { additionalProperties: false }

const Note = lines(NOTE_CHARACTERS)

/** Words of an issue that a reader has marked, with what they thought of them. Nobody else is told. */
export type Highlight = Static<typeof Highlight>
export const Highlight = Type.Object({
  id: Type.String(),
  /** Of the issue. */
  ref: Type.String(),
  newsletter: Type.String(),
  /** Empty where the issue is not on this node any more. */
  title: Type.String(),
  newsletterTitle: Type.String(),
  quote: Type.String(),
  before: Type.String(),
  /** Where the quote begins in the text of the page, counted in characters: a hint, because the text may be corrected. */
  start: Type.Integer(),
  note: Type.String(),
  /** ISO 8601. */
  at: Type.String()
}, strict)

export type NewHighlight = Static<typeof NewHighlight>
export const NewHighlight = Type.Object({
  quote: Type.String({ minLength: 1, maxLength: QUOTE_CHARACTERS }),
  before: Type.String({ maxLength: BEFORE_CHARACTERS }),
  start: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
  note: Type.Optional(Note)
}, strict)

const HighlightParams = Type.Object({ highlight: Type.String({ minLength: 1, maxLength: 40 }) }, strict)

export const highlights = {
  listHighlights: endpoint({
    method: 'GET', path: '/api/highlights', summary: 'What the reader has highlighted: everywhere, in a newsletter, or in an issue',
    query: Type.Object({
      issue: Type.Optional(IssueParams.properties.issue), newsletter: Type.Optional(NewsletterParams.properties.newsletter)
    }, strict),
    response: Type.Object({ highlights: Type.Array(Highlight) }, strict)
  }),
  highlight: endpoint({
    method: 'POST', path: '/api/issues/:issue/highlights', summary: 'Highlight words of an issue',
    params: IssueParams, body: NewHighlight, response: Highlight
  }),
  noteHighlight: endpoint({
    method: 'PUT', path: '/api/highlights/:highlight/note', summary: 'Write a note on a highlight',
    params: HighlightParams, body: Type.Object({ note: Note }, strict), response: Highlight
  }),
  removeHighlight: endpoint({
    method: 'DELETE', path: '/api/highlights/:highlight', summary: 'Take a highlight away, with its note',
    params: HighlightParams, response: Type.Object({ removed: Type.String() }, strict)
  })
}
