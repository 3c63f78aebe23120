import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { NewsletterParams } from './newsletters.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

/** An unread issue that is not whole on this node. */
export type Unprepared = Static<typeof Unprepared>
export const Unprepared = Type.Object({
  ref: Type.String(),
  title: Type.String(),
  newsletterTitle: Type.String(),
  /**
   * `asked`: it is on its way, or nobody who is connected has given it yet. `alone`: nobody who shares its newsletter is connected.
   * `paused`: its subscription is. `policy`: left out by the policy of its subscription. `notVerified`: `problem` says why.
   */
  reason: Type.Union([Type.Literal('asked'), Type.Literal('alone'), Type.Literal('paused'), Type.Literal('policy'), Type.Literal('notVerified')]),
  problem: Type.Union([Problem, Type.Null()]),
  parts: Type.Integer(),
  haveParts: Type.Integer(),
  toGoBytes: Type.Integer()
}, strict)

/** How far the unread issues are ready to be read without a network. */
export type Preparation = Static<typeof Preparation>
export const Preparation = Type.Object({
  startedAt: Type.String(),
  /** Everything unread is here as its policy wants it, and connected peers tell of nothing more; of what is paused nobody is asked. */
  isDone: Type.Boolean(),
  /** Nothing more can come as things are: what is missing was told why. */
  isStuck: Type.Boolean(),
  /** Unread issues of the newsletters that were named; `ready`: every byte is here and verified. */
  issues: Type.Object({ unread: Type.Integer(), ready: Type.Integer() }, strict),
  /** Of what was asked for. */
  toGoBytes: Type.Integer(),
  /** The newest first; at most 100. */
  missing: Type.Array(Unprepared),
  /** Newsletters of which nobody has told yet, in this run, whether there is more. */
  unheard: Type.Array(Type.Object({ newsletter: Type.String(), title: Type.String(), paused: Type.Boolean() }, strict))
}, strict)

export const preparing = {
  prepare: endpoint({
    method: 'POST', path: '/api/preparation', summary: 'Get everything unread now, before all else: of all subscriptions, or of those named',
    body: Type.Object({
      newsletters: Type.Optional(Type.Array(NewsletterParams.properties.newsletter, { maxItems: 1000 })),
      /** Also what policies leave out. */
      whole: Type.Optional(Type.Boolean())
    }, strict),
    response: Preparation
  }),
  getPreparation: endpoint({
    method: 'GET', path: '/api/preparation', summary: 'How far what was to be prepared has come',
    response: Type.Object({ preparation: Type.Union([Preparation, Type.Null()]) }, strict)
  })
}
