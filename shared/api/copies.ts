import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { IssueParams } from './issues.ts'
import { NewsletterParams } from './newsletters.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

/**
 * `onlyHere`: no other machine is known to hold it whole. `spreading`: others have begun to fetch it. `copies`: some hold it
 * whole. `safe`: the target is reached. `atRisk`: it was, and is no longer: a promise has ended, or a holder has failed.
 */
export type CopiesState = Static<typeof CopiesState>
export const CopiesState = Type.Union([
  Type.Literal('onlyHere'), Type.Literal('spreading'), Type.Literal('copies'), Type.Literal('safe'), Type.Literal('atRisk')
])

/** How many audited copies, with how many different owners, an author calls safe. */
export type CopiesTarget = Static<typeof CopiesTarget>
export const CopiesTarget = Type.Object({
  copies: Type.Integer({ minimum: 1, maximum: 100 }),
  owners: Type.Integer({ minimum: 0, maximum: 100 })
}, strict)

/**
 * Why a holder's copy counts, or does not. `counted`: whole, and challenged within the audit period. `partial`: not whole.
 * `unchecked`: this node could not challenge it yet. `stale`: challenged too long ago. `sameMachine`: another on its machine
 * counts. `wrong`, `missing`, `unanswered`, `otherHistory`: it failed. `clock`: its clock is ahead. `expired`: too old, or
 * its promise has ended. `withdrawn`: it says that it holds nothing any more.
 */
export type HolderState = Static<typeof HolderState>
export const HolderState = Type.Union([
  Type.Literal('counted'), Type.Literal('partial'), Type.Literal('unchecked'), Type.Literal('stale'), Type.Literal('sameMachine'),
  Type.Literal('wrong'), Type.Literal('missing'), Type.Literal('unanswered'), Type.Literal('otherHistory'), Type.Literal('clock'),
  Type.Literal('expired'), Type.Literal('withdrawn')
])

/** Who says that it holds something. Readers have no names. */
export type Holder = Static<typeof Holder>
export const Holder = Type.Object({
  /** First 16 hex digits of its key. */
  id: Type.String(),
  kind: Type.Union([Type.Literal('keeper'), Type.Literal('reader')]),
  name: Type.String(),
  owner: Type.String(),
  /** ISO 8601: how long a keeper promises; null: without an end, or a reader, who promises nothing. */
  until: Type.Union([Type.String(), Type.Null()]),
  state: HolderState,
  /** Bytes of the issue that it has, as far as whole blocks tell. */
  haveBytes: Type.Integer(),
  /** ISO 8601: when it was last challenged for all that it claims, and was right. */
  checkedAt: Type.Union([Type.String(), Type.Null()]),
  /** ISO 8601: when its newest receipt came. */
  heardAt: Type.String(),
  problem: Type.Union([Problem, Type.Null()])
}, strict)

const counts = {
  state: CopiesState,
  /** The state in one plain sentence. */
  sentence: Type.String(),
  /** Other machines that hold the whole issue, by their receipts, each challenged by this node within the audit period. */
  copies: Type.Integer(),
  /** How many of them are keepers, and how many different owners these have. */
  keepers: Type.Integer(),
  owners: Type.Integer(),
  target: CopiesTarget,
  /** Receipts for the whole issue that this node has not checked, or not lately. They do not count. */
  claimed: Type.Integer(),
  /** Nodes that have a part, and how much of the issue all that have begun have together. */
  spreading: Type.Union([Type.Null(), Type.Object({ nodes: Type.Integer(), haveBytes: Type.Integer(), ofBytes: Type.Integer() }, strict)]),
  /** ISO 8601: since when it is safe without a break; null while it is not. */
  safeSince: Type.Union([Type.String(), Type.Null()])
}

export type IssueCopies = Static<typeof IssueCopies>
export const IssueCopies = Type.Object({
  /** `<id>@<address>`. */
  ref: Type.String(),
  id: Type.String(),
  newsletter: Type.String(),
  number: Type.Integer(),
  publishedAt: Type.String(),
  ...counts
}, strict)

export type IssueCopiesDetails = Static<typeof IssueCopiesDetails>
export const IssueCopiesDetails = Type.Object({
  issue: IssueCopies,
  holders: Type.Array(Holder),
  /** Copies as they were counted, from the first change on, oldest first: each holds until the next. */
  history: Type.Array(Type.Object({ at: Type.String(), copies: Type.Integer(), keepers: Type.Integer() }, strict))
}, strict)

export type IssueCopiesPage = Static<typeof IssueCopiesPage>
export const IssueCopiesPage = Type.Object({
  issues: Type.Array(IssueCopies),
  total: Type.Integer(),
  next: Type.Union([Type.String(), Type.Null()])
}, strict)

export type NewsletterCopies = Static<typeof NewsletterCopies>
export const NewsletterCopies = Type.Object({
  newsletter: Type.String(),
  /** The least good of its issues; null while there are none. */
  state: Type.Union([CopiesState, Type.Null()]),
  sentence: Type.String(),
  target: CopiesTarget,
  /** How many issues are in each state. */
  issues: Type.Object({
    total: Type.Integer(), onlyHere: Type.Integer(), spreading: Type.Integer(), copies: Type.Integer(), safe: Type.Integer(), atRisk: Type.Integer()
  }, strict),
  /** The newest issue; null while there are none. */
  newest: Type.Union([IssueCopies, Type.Null()]),
  /** An estimate, and rounded: readers need not say anything. `words`: as it should be shown. */
  readers: Type.Object({ estimate: Type.Integer(), words: Type.String() }, strict)
}, strict)

export const copies = {
  getNewsletterCopies: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/copies', summary: 'How many copies the issues of a newsletter have, and whether that is enough to close this machine',
    params: NewsletterParams, response: NewsletterCopies
  }),
  listIssueCopies: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/copies/issues', summary: 'The copies of each issue, the newest issue first',
    params: NewsletterParams,
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      /** From `next` of the page before. */
      cursor: Type.Optional(Type.String({ maxLength: 200 }))
    }, strict),
    response: IssueCopiesPage
  }),
  setCopiesTarget: endpoint({
    method: 'PUT', path: '/api/newsletters/:newsletter/copies/target', summary: 'How many copies with how many owners are called safe',
    params: NewsletterParams, body: CopiesTarget, response: NewsletterCopies
  }),
  getIssueCopies: endpoint({
    method: 'GET', path: '/api/issues/:issue/copies', summary: 'Who holds an issue, whether that was checked, and how it went over time',
    params: IssueParams, response: IssueCopiesDetails
  })
}
