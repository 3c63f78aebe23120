import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { IssueParams, IssueSource } from './issues.ts'

const strict = { additionalProperties: false }
const Note = Type.String({ minLength: 1, maxLength: 5000 })
const Number = Type.Integer({ minimum: 1, maximum: 1_000_000 })

export type Correction = Static<typeof Correction>
export const Correction = Type.Object({
  change: Type.Union([Type.Literal('typo'), Type.Literal('correction'), Type.Literal('update')]),
  /** Why, for readers. */
  note: Type.Optional(Note),
  dryRun: Type.Optional(Type.Boolean())
}, strict)

export type Revised = Static<typeof Revised>
export const Revised = Type.Object({
  /** `already`: the issue says this already, nothing was written. `dryRun`: nothing was written. */
  outcome: Type.Union([Type.Literal('published'), Type.Literal('already'), Type.Literal('dryRun')]),
  id: Type.String(),
  ref: Type.String(),
  title: Type.String(),
  revision: Type.Integer(),
  change: Type.String(),
  /** What the author should know. */
  notes: Type.Array(Type.String())
}, strict)

export type Erased = Static<typeof Erased>
export const Erased = Type.Object({
  ...Revised.properties,
  /** By which this machine's disk has become emptier. */
  freedBytes: Type.Integer()
}, strict)

export type Revision = Static<typeof Revision>
export const Revision = Type.Object({
  revision: Type.Integer(),
  change: Type.String(),
  /** Why it was made; empty for the original. */
  note: Type.String(),
  title: Type.String(),
  /** When it was signed: ISO 8601. */
  at: Type.String(),
  writer: Type.String(),
  writerName: Type.String(),
  /** BLAKE2b-256 of its issue.json. */
  manifestHash: Type.String(),
  /** Its signature holds, and the revision after it names its hash. */
  verified: Type.Boolean(),
  /** Why not; null when it is verified. */
  problem: Type.Union([Type.String(), Type.Null()]),
  /** Its text is here. It is not when it was erased. */
  readable: Type.Boolean()
}, strict)

export type Difference = Static<typeof Difference>
export const Difference = Type.Object({
  from: Revision,
  to: Revision,
  /** What was changed besides the text: title, subtitle, files and so on. */
  fields: Type.Array(Type.Object({ name: Type.String(), from: Type.String(), to: Type.String() }, strict)),
  /** The text, line by line: in both, in the earlier alone, in the later alone. */
  lines: Type.Array(Type.Object({
    kind: Type.Union([Type.Literal('same'), Type.Literal('removed'), Type.Literal('added')]), text: Type.String()
  }, strict)),
  /** The texts differ, and have too many lines for `lines`, which is empty then. */
  tooLong: Type.Boolean()
}, strict)

export const revisions = {
  correctIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/revisions', summary: 'Publish a corrected issue as its next revision',
    params: IssueParams, body: Type.Object({ source: IssueSource, ...Correction.properties }, strict), response: Revised
  }),
  retractIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/retraction', summary: 'Withdraw an issue with a reason; what it said stays among its revisions',
    params: IssueParams, body: Type.Object({ note: Note }, strict), response: Revised
  }),
  eraseIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/erasure', summary: 'Withdraw an issue with a reason, and free its bytes here and at every reader that follows',
    params: IssueParams, body: Type.Object({ note: Note }, strict), response: Erased
  }),
  listRevisions: endpoint({
    method: 'GET', path: '/api/issues/:issue/revisions', summary: 'All revisions of an issue, the newest first; none while it is on its way',
    params: IssueParams, response: Type.Object({ revisions: Type.Array(Revision) }, strict)
  }),
  getRevision: endpoint({
    method: 'GET', path: '/api/issues/:issue/revisions/:revision', summary: 'The Markdown text of a revision',
    params: Type.Object({ ...IssueParams.properties, revision: Number }, strict),
    response: Type.Object({ revision: Revision, markdown: Type.String() }, strict)
  }),
  compareRevisions: endpoint({
    method: 'GET', path: '/api/issues/:issue/differences', summary: 'What one revision says otherwise than another: the newest and the one before unless told',
    params: IssueParams,
    query: Type.Object({ from: Type.Optional(Number), to: Type.Optional(Number) }, strict),
    response: Difference
  })
}
