import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { MachinePath } from './machine-path.ts'

const strict = { additionalProperties: false }
const Name = Type.String({ minLength: 1, maxLength: 300 })

export type BundleMade = Static<typeof BundleMade>
export const BundleMade = Type.Object({
  path: Type.String(),
  sizeBytes: Type.Integer(),
  /** `incomplete`: issues that would belong to it, but are not complete on this node. */
  newsletters: Type.Array(Type.Object({ newsletter: Type.String(), title: Type.String(), issues: Type.Integer(), incomplete: Type.Integer() }, strict))
}, strict)

export type BundleOpened = Static<typeof BundleOpened>
export const BundleOpened = Type.Object({
  path: Type.String(),
  sizeBytes: Type.Integer(),
  /** Bytes of it that were not here before. */
  newBytes: Type.Integer(),
  /** Bytes of it that are not here and were left out: it is older than what this node knows, and nothing here proves that they belong to it. */
  leftOutBytes: Type.Integer(),
  newsletters: Type.Array(Type.Object({
    newsletter: Type.String(),
    link: Type.String(),
    title: Type.String(),
    /** The node follows it since now. */
    subscribed: Type.Boolean(),
    /** `new`: ready now, and not before. */
    issues: Type.Object({ new: Type.Integer(), ready: Type.Integer(), known: Type.Integer() }, strict)
  }, strict))
}, strict)

export type BundleProgress = Static<typeof BundleProgress>
export const BundleProgress = Type.Object({
  doing: Type.Union([Type.Literal('writing'), Type.Literal('checking'), Type.Literal('taking')]),
  doneBytes: Type.Integer(),
  /** 0 while it is not known. */
  totalBytes: Type.Integer()
}, strict)

export const bundles = {
  makeBundle: endpoint({
    method: 'POST', path: '/api/bundles', summary: 'Write newsletters or issues, with all that proves them, into one file on the node\'s machine',
    body: Type.Object({
      path: MachinePath,
      newsletters: Type.Optional(Type.Array(Name, { maxItems: 1000 })),
      issues: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 120 }), { maxItems: 10_000 })),
      /** ISO 8601: leave out what was published before. */
      since: Type.Optional(Type.String({ maxLength: 40 })),
      /** Path of a file of wants: leave out what its writer has. Without newsletters and issues: of all that it names. */
      want: Type.Optional(MachinePath)
    }, strict),
    response: BundleMade
  }),
  openBundle: endpoint({
    method: 'POST', path: '/api/bundles/opened', summary: 'Check a bundle on the node\'s machine, and take over what is new in it',
    body: Type.Object({ path: MachinePath }, strict), response: BundleOpened
  }),
  getBundleProgress: endpoint({
    method: 'GET', path: '/api/bundles/progress', summary: 'How far the bundle has come that is being made or opened; null: none is',
    response: Type.Object({ progress: Type.Union([BundleProgress, Type.Null()]) }, strict)
  }),
  writeWant: endpoint({
    method: 'POST', path: '/api/wants', summary: 'Write a file that says what is here, so that somebody can make a bundle of the rest',
    body: Type.Object({ path: MachinePath, newsletters: Type.Optional(Type.Array(Name, { maxItems: 1000 })) }, strict),
    response: Type.Object({ path: Type.String(), newsletters: Type.Array(Type.String()) }, strict)
  })
}
