import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { IssuePage } from './issues.ts'
import { NewsletterParams } from './newsletters.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

/** How far a subscription has come. */
export type Progress = Static<typeof Progress>
export const Progress = Type.Object({
  /**
   * `looking`: nobody who shares the newsletter is connected and nothing is complete to tell.
   * `downloading`: something is on its way or still missing. `upToDate`: everything that is known of is here and verified.
   * `alone`: something is missing and nobody is connected. `notVerified`: `problem` says why.
   */
  state: Type.Union([Type.Literal('looking'), Type.Literal('downloading'), Type.Literal('upToDate'), Type.Literal('alone'), Type.Literal('notVerified')]),
  /** Connected peers that share the newsletter. */
  peers: Type.Integer(),
  /** `known`: issues that the drives here tell of. */
  issues: Type.Object({ known: Type.Integer(), ready: Type.Integer(), notVerified: Type.Integer() }, strict),
  bytes: Type.Object({ known: Type.Integer(), have: Type.Integer() }, strict),
  problem: Type.Union([Problem, Type.Null()])
}, strict)

export type Subscription = Static<typeof Subscription>
export const Subscription = Type.Object({
  newsletter: Type.String(),
  link: Type.String(),
  /** Empty until it is known. */
  title: Type.String(),
  subscribedAt: Type.String(),
  progress: Progress
}, strict)

export const subscriptions = {
  listSubscriptions: endpoint({
    method: 'GET', path: '/api/subscriptions', summary: 'What this node subscribes to, with progress',
    response: Type.Object({ subscriptions: Type.Array(Subscription) }, strict)
  }),
  subscribe: endpoint({
    method: 'POST', path: '/api/subscriptions', summary: 'Subscribe to a newsletter by its address',
    body: Type.Object({ address: Type.String({ minLength: 1, maxLength: 300 }) }, strict), response: Subscription
  }),
  getSubscription: endpoint({
    method: 'GET', path: '/api/subscriptions/:newsletter', summary: 'One subscription with its progress',
    params: NewsletterParams, response: Subscription
  }),
  unsubscribe: endpoint({
    method: 'DELETE', path: '/api/subscriptions/:newsletter', summary: 'End a subscription: its issues leave the library and are served no longer',
    params: NewsletterParams, response: Type.Object({ newsletter: Type.String() }, strict)
  }),
  getInbox: endpoint({
    method: 'GET', path: '/api/inbox', summary: 'Issues of all subscriptions, newest first',
    query: Type.Object({
      unread: Type.Optional(Type.Boolean()),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      cursor: Type.Optional(Type.String({ maxLength: 200 }))
    }, strict),
    response: IssuePage
  })
}
