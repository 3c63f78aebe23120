import Type, { type Static } from 'typebox'
import { name } from '../format/fields.ts'
import { endpoint } from './endpoint.ts'
import { MachinePath } from './machine-path.ts'
import { NewsletterParams, Writer } from './newsletters.ts'

const strict = { additionalProperties: false }
const Moment = Type.String({ maxLength: 40 })
const Passed = Type.String({ minLength: 1, maxLength: 20_000 })

/** A writer with what this node knows of it. */
export type WriterDetails = Static<typeof WriterDetails>
export const WriterDetails = Type.Object({
  writer: Writer,
  /** This device writes as it. */
  isHere: Type.Boolean(),
  /** Where and why it was retired. */
  seal: Type.Union([Type.Null(), Type.Object({ length: Type.Integer(), at: Type.String(), reason: Type.String() }, strict)]),
  /** Blocks of its drive's index that this node knows. */
  length: Type.Integer(),
  issues: Type.Integer(),
  /** `publishedAt` of its newest issue; null without one. */
  newestAt: Type.Union([Type.String(), Type.Null()])
}, strict)

/** Lengths are in blocks; tree hashes are Hypercore's, in hex. */
const CoreHead = Type.Object({ fork: Type.Integer(), length: Type.Integer(), treeHash: Type.String() }, strict)

/** What a history says of an issue: its newest revision there. Empty where its signature does not hold, or it is too large for the index. */
export type HistoryIssue = Static<typeof HistoryIssue>
export const HistoryIssue = Type.Object({
  title: Type.String(), number: Type.Integer(), revision: Type.Integer(), publishedAt: Type.String(),
  /** Its manifest is signed with the writer's signing key. */
  verified: Type.Boolean()
}, strict)

/** One issue in two histories; null: it is not there. */
export type ComparedIssue = Static<typeof ComparedIssue>
export const ComparedIssue = Type.Object({
  id: Type.String(), here: Type.Union([HistoryIssue, Type.Null()]), other: Type.Union([HistoryIssue, Type.Null()]), differs: Type.Boolean()
}, strict)

/** Another history that this node keeps whole, beside the one that is here. */
export type KeptHistory = Static<typeof KeptHistory>
export const KeptHistory = Type.Object({
  ...CoreHead.properties,
  /** Blocks from the beginning that both have; null while the one here is not whole. */
  shared: Type.Union([Type.Null(), Type.Integer()]),
  /** Those first that differ. */
  issues: Type.Array(ComparedIssue)
}, strict)

/** What this node remembers of a writer's drive, and every other history that the writer has signed. */
export type WriterHistory = Static<typeof WriterHistory>
export const WriterHistory = Type.Object({
  writer: Writer,
  /** The newest that was seen, before any other history was; null: nothing yet. */
  seen: Type.Union([Type.Null(), Type.Object({ index: CoreHead, blobs: Type.Union([Type.Null(), CoreHead]) }, strict)]),
  others: Type.Array(Type.Object({
    foundAt: Type.String(),
    core: Type.Union([Type.Literal('index'), Type.Literal('blobs')]),
    /** What this node had, and what was shown to it, as far as the two can be compared. */
    here: CoreHead,
    other: CoreHead,
    /** How far the writer has signed the other one, with the signature in hex; null where this node has it itself. */
    signed: Type.Union([Type.Null(), Type.Object({ length: Type.Integer(), treeHash: Type.String(), signature: Type.String() }, strict)]),
    /** Key in hex of the node that showed it; empty: none did. */
    peer: Type.String()
  }, strict)),
  /** Those of `others` that could be had whole, to be looked into. */
  kept: Type.Array(KeptHistory)
}, strict)

/** `keep`: go on with the history that is here. `take`: read on with the other one. `refuse`: take nothing more of this writer. */
export type HistoryDecision = Static<typeof HistoryDecision>
export const HistoryDecision = Type.Union([Type.Literal('keep'), Type.Literal('take'), Type.Literal('refuse')])

const WriterParams = Type.Object({ ...NewsletterParams.properties, writer: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }) }, strict)

export type Acceptance = Static<typeof Acceptance>
export const Acceptance = Type.Object({
  newsletter: Type.String(),
  /** To be passed back to who invited. */
  acceptance: Type.String()
}, strict)

export const writers = {
  listWriters: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/writers', summary: 'Who may publish in a newsletter, or might before',
    params: NewsletterParams, response: Type.Object({ writers: Type.Array(WriterDetails) }, strict)
  }),
  getWriterHistory: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/writers/:writer/history', summary: 'What is remembered of a writer\'s drive, and other histories that it has signed',
    params: WriterParams, response: WriterHistory
  }),
  decideWriterHistory: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/writers/:writer/history',
    summary: 'Decide about a writer that has signed another history: go on with the one that is here, read on with another one that is kept, or take nothing more',
    params: WriterParams,
    body: Type.Object({
      choice: HistoryDecision,
      /** With `take`: tree hash of the kept history, where there are several. */
      treeHash: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' }))
    }, strict),
    response: WriterHistory
  }),
  exportWriterHistories: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/writers/:writer/history/exports',
    summary: 'Write the histories that are kept, and the one that is here, into a new folder on the node\'s machine, for anybody to check',
    params: WriterParams, body: Type.Object({ path: MachinePath }, strict),
    response: Type.Object({ path: Type.String(), files: Type.Array(Type.String()) }, strict)
  }),
  inviteWriter: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/invitations', summary: 'Make an invitation for another device or author',
    params: NewsletterParams,
    body: Type.Object({ name: name(200), expires: Type.Optional(Moment) }, strict),
    response: Type.Object({ invitation: Type.String() }, strict)
  }),
  acceptInvitation: endpoint({
    method: 'POST', path: '/api/acceptances', summary: 'Accept an invitation: makes keys for this device, and what to pass back',
    body: Type.Object({ invitation: Passed }, strict), response: Acceptance
  }),
  resumeWriter: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/resumptions',
    summary: 'Write on as a writer whose keys came in a backup, when the words are lost, its old machine is gone and all that it published is here',
    params: NewsletterParams,
    body: Type.Object({
      timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 3600 })),
      /** Has to be said: with the words this device becomes a new writer instead. */
      wordsLost: Type.Optional(Type.Boolean())
    }, strict),
    response: Type.Object({ writer: Type.String() }, strict)
  }),
  leaveNewsletter: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/departures', summary: 'Stop writing on this device: its keys are erased, and it goes on as a reader',
    params: NewsletterParams,
    body: Type.Object({}, strict),
    response: Type.Object({
      writer: Type.String(),
      /** It was this device, and should be retired. False: its keys only lay here, from a backup. */
      wrote: Type.Boolean()
    }, strict)
  })
}
