import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { NewsletterParams } from './newsletters.ts'
import { Problem } from './problem.ts'
import { Proposal } from './root.ts'

const strict = { additionalProperties: false }

/** A writer whom the restored device may replace. */
export type ReplaceableWriter = Static<typeof ReplaceableWriter>
export const ReplaceableWriter = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Blocks of its drive's index that are known here. */
  length: Type.Integer(),
  /** Its verified issues that are known here. */
  issues: Type.Integer(),
  /** Blocks that it had published by its own, signed word, and when it said so; null: never heard. */
  said: Type.Union([Type.Null(), Type.Object({ length: Type.Integer(), at: Type.String() }, strict)]),
  /** It has spoken since the restoring began, so its machine is on. */
  isOn: Type.Boolean()
}, strict)

export type RestoredNewsletter = Static<typeof RestoredNewsletter>
export const RestoredNewsletter = Type.Object({
  newsletter: Type.String(),
  link: Type.String(),
  /** Empty until it is known. */
  title: Type.String(),
  /**
   * `fetching`: its root is here, and it is being asked how far its writers have come. `ready`: everything is known that
   * connected peers tell. `restored`: this device writes in it. `refused`: it can't be restored here, see `problem`.
   */
  state: Type.Union([Type.Literal('fetching'), Type.Literal('ready'), Type.Literal('restored'), Type.Literal('refused')]),
  problem: Type.Union([Problem, Type.Null()]),
  /** Connected nodes that share it, and those of them who have the newest root document that is here. */
  peers: Type.Integer(),
  informed: Type.Integer(),
  /** Sets of words that have to act together. */
  threshold: Type.Integer(),
  /** Those that the root has not retired. */
  writers: Type.Array(ReplaceableWriter)
}, strict)

export type Restoration = Static<typeof Restoration>
export const Restoration = Type.Object({
  /** ISO 8601. */
  since: Type.String(),
  /** Addresses that are looked for: the one that was named, or all that one set of words may stand for. */
  looking: Type.Integer(),
  /** Those that were found so far. */
  newsletters: Type.Array(RestoredNewsletter)
}, strict)

export const restoring = {
  startRestoration: endpoint({
    method: 'POST', path: '/api/restorations', summary: 'Look for the newsletters that recovery words stand for, to go on with them on this device; ends the search before',
    body: Type.Object({
      words: Type.String({ minLength: 1, maxLength: 2000 }),
      /** Has to be given where several sets of words act together, or the words were replaced. */
      address: Type.Optional(Type.String({ minLength: 1, maxLength: 300 }))
    }, strict),
    response: Restoration
  }),
  getRestoration: endpoint({
    method: 'GET', path: '/api/restorations', summary: 'What has been found; null when nothing is looked for',
    response: Type.Object({ restoration: Type.Union([Restoration, Type.Null()]) }, strict)
  }),
  stopRestoration: endpoint({
    method: 'DELETE', path: '/api/restorations', summary: 'Look no longer. What was found stays subscribed',
    response: Type.Object({}, strict)
  }),
  proposeRestoration: endpoint({
    method: 'POST', path: '/api/restorations/:newsletter/proposals',
    summary: 'The root document by which this device becomes a writer with a new drive, and the lost one is retired; to be signed and published',
    params: NewsletterParams,
    body: Type.Object({
      /** Ids of the writers that are lost; without: the only one there is. Empty: none, this device comes beside them. */
      inPlaceOf: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 256 })),
      reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
      /** What this device is called in the root, for everybody to read; without: as the lost one. */
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      /** Although there may be more than is known here, or the lost device is on. */
      anyway: Type.Optional(Type.Boolean())
    }, strict),
    response: Proposal
  })
}
