import Type, { type Static } from 'typebox'
import { line } from '../format/fields.ts'
import { CheckWords, LookAlike } from './check-words.ts'
import { endpoint } from './endpoint.ts'
import { Freshness } from './freshness.ts'
import { IssueList, IssuePage } from './issues.ts'
import { NewsletterParams } from './newsletters.ts'
import { Policy } from './policies.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

/** Of a folder of subscriptions, a pet name, or a title in a list. */
export const NAME_CHARACTERS = 200

/** How far a subscription has come. */
export type Progress = Static<typeof Progress>
export const Progress = Type.Object({
  /**
   * `looking`: nobody who shares the newsletter is connected and nothing is complete to tell.
   * `downloading`: something is on its way or still missing. `upToDate`: everything that is known of, and that the policy wants, is here and verified.
   * `alone`: something is missing and nobody is connected. `paused`: nothing is looked for. `notVerified`: `problem` says why.
   */
  state: Type.Union([
    Type.Literal('looking'), Type.Literal('downloading'), Type.Literal('upToDate'), Type.Literal('alone'), Type.Literal('paused'), Type.Literal('notVerified')
  ]),
  /** Connected peers that share the newsletter. */
  peers: Type.Integer(),
  /** `known`: issues that the drives here tell of. */
  issues: Type.Object({ known: Type.Integer(), ready: Type.Integer(), partial: Type.Integer(), notVerified: Type.Integer(), removed: Type.Integer() }, strict),
  /** `known`: of those that the policy wants here. */
  bytes: Type.Object({ known: Type.Integer(), have: Type.Integer() }, strict),
  /** The newest issue that is on its way. */
  arriving: Type.Union([Type.Null(), Type.Object({
    ref: Type.String(), title: Type.String(), parts: Type.Integer(), haveParts: Type.Integer(), sizeBytes: Type.Integer(), haveBytes: Type.Integer()
  }, strict)]),
  problem: Type.Union([Problem, Type.Null()])
}, strict)

export type Subscription = Static<typeof Subscription>
export const Subscription = Type.Object({
  newsletter: Type.String(),
  link: Type.String(),
  checkWords: CheckWords,
  /** Empty until it is known. */
  title: Type.String(),
  /** What the reader calls it, shown in place of its title, and told to nobody; '': nothing else. */
  petName: Type.String(),
  /** As of Newsletter. */
  looksLike: Type.Union([LookAlike, Type.Null()]),
  subscribedAt: Type.String(),
  paused: Type.Boolean(),
  /** This node says, without a name, what it holds of it, so that its author can count the copy. */
  receipts: Type.Boolean(),
  /** ISO 8601: as of then, its writers say, what is here was all there was; null: not known. */
  confirmedAt: Type.Union([Type.String(), Type.Null()]),
  freshness: Freshness,
  policy: Policy,
  /** In which the reader has put it; '': in none. */
  folder: Type.String(),
  progress: Progress
}, strict)

export type SubscriptionChange = Static<typeof SubscriptionChange>
const SubscriptionChange = Type.Object({
  paused: Type.Optional(Type.Boolean()),
  receipts: Type.Optional(Type.Boolean()),
  folder: Type.Optional(line(NAME_CHARACTERS)),
  petName: Type.Optional(line(NAME_CHARACTERS))
}, strict)

export type Unsubscribed = Static<typeof Unsubscribed>
export const Unsubscribed = Type.Object({
  newsletter: Type.String(),
  kept: Type.Boolean(),
  /** By how much the store became smaller on the disk. */
  freedBytes: Type.Integer()
}, strict)

export type MarkedRead = Static<typeof MarkedRead>
export const MarkedRead = Type.Object({
  marked: Type.Integer(),
  /** Names the marks, to take them back. */
  at: Type.String()
}, strict)

export const subscriptions = {
  listSubscriptions: endpoint({
    method: 'GET', path: '/api/subscriptions', summary: 'What this node subscribes to, with progress',
    response: Type.Object({ subscriptions: Type.Array(Subscription) }, strict)
  }),
  subscribe: endpoint({
    method: 'POST', path: '/api/subscriptions', summary: 'Subscribe to a newsletter by its address',
    body: Type.Object({
      address: Type.String({ minLength: 1, maxLength: 300 }), receipts: Type.Optional(Type.Boolean()), announce: Type.Optional(Type.Boolean())
    }, strict),
    response: Subscription
  }),
  getSubscription: endpoint({
    method: 'GET', path: '/api/subscriptions/:newsletter', summary: 'One subscription with its progress',
    params: NewsletterParams, response: Subscription
  }),
  changeSubscription: endpoint({
    method: 'PATCH', path: '/api/subscriptions/:newsletter', summary: 'Pause a subscription or go on with it; say, without a name, what is held of it, or say nothing; put it into a folder',
    params: NewsletterParams, body: SubscriptionChange, response: Subscription
  }),
  unsubscribe: endpoint({
    method: 'DELETE', path: '/api/subscriptions/:newsletter',
    summary: 'End a subscription: what is here of it is deleted, or kept to be read; what was kept once is deleted the same way',
    params: NewsletterParams, query: Type.Object({ keep: Type.Optional(Type.Boolean()) }, strict), response: Unsubscribed
  }),
  getInbox: endpoint({
    method: 'GET', path: '/api/inbox', summary: 'Issues of all subscriptions, newest first; saved ones of all newsletters',
    query: Type.Object({ ...IssueList.properties, newsletter: Type.Optional(NewsletterParams.properties.newsletter) }, strict), response: IssuePage
  }),
  markAllRead: endpoint({
    method: 'POST', path: '/api/inbox/read', summary: 'Mark all unread issues of the inbox read, or those of one newsletter',
    body: Type.Object({ newsletter: Type.Optional(NewsletterParams.properties.newsletter) }, strict), response: MarkedRead
  }),
  unmarkAllRead: endpoint({
    method: 'DELETE', path: '/api/inbox/read/:at', summary: 'Take back what was marked read at once',
    params: Type.Object({ at: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }) }, strict),
    response: Type.Object({ unmarked: Type.Integer() }, strict)
  })
}
