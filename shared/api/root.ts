import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { PROPOSAL_BYTES } from '../format/limits.ts'
import { NewsletterParams, Passphrase } from './newsletters.ts'

const strict = { additionalProperties: false }
const WriterName = Type.String({ minLength: 1, maxLength: 200 })
const WriterId = Type.String({ pattern: '^[a-z0-9-]{1,32}$' })
const Reason = Type.String({ minLength: 1, maxLength: 500 })
/** ISO 8601. */
const Moment = Type.String({ maxLength: 40 })

/** What the next root document shall do. */
export type RootChange = Static<typeof RootChange>
export const RootChange = Type.Union([
  /** Seals a writer's drive at the newest length that is known, or right behind one of its issues. */
  Type.Object({ kind: Type.Literal('retire'), writer: WriterId, reason: Reason, lastIssue: Type.Optional(Type.String({ maxLength: 120 })) }, strict),
  /** Makes this device a new writer with a new drive, and seals the writers in whose place it comes. */
  Type.Object({ kind: Type.Literal('takeOver'), writers: Type.Array(WriterId, { maxItems: 256 }), reason: Reason, name: Type.Optional(WriterName) }, strict),
  /** Lets somebody write who has accepted an invitation. */
  Type.Object({ kind: Type.Literal('admit'), acceptance: Type.String({ minLength: 1, maxLength: 20_000 }) }, strict),
  /** Another name or another expiry (null: none). */
  Type.Object({
    kind: Type.Literal('writer'), writer: WriterId, name: Type.Optional(WriterName), expires: Type.Optional(Type.Union([Moment, Type.Null()]))
  }, strict),
  /**
   * New sets of words in place of the old ones. `anew`: those of another such change, of which this node has not heard that it was
   * published, are erased at once.
   */
  Type.Object({
    kind: Type.Literal('keys'), sets: Type.Integer({ minimum: 1, maximum: 32 }), threshold: Type.Integer({ minimum: 1, maximum: 32 }),
    passphrase: Type.Optional(Passphrase), anew: Type.Optional(Type.Boolean())
  }, strict),
  /** `ended` seals every writer where it is. */
  Type.Object({ kind: Type.Literal('state'), state: Type.Union([Type.Literal('active'), Type.Literal('resting'), Type.Literal('ended')]) }, strict),
  /** Any spelling of an address; null: none any more. */
  Type.Object({ kind: Type.Literal('successor'), successor: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]) }, strict)
])

/** What can be said of a root document: what it does, and what this node knows of it besides. */
const SAYINGS = [
  'letsIn', 'renames', 'limits', 'retires', 'movesSeal', 'givesReason', 'takesKeys', 'givesKeys', 'oneKey', 'severalKeys', 'active', 'resting', 'ended',
  'successor', 'noSuccessor', 'sealRests', 'newWords', 'settles', 'writerSaid', 'writerSilent'
] as const
export type RootSayingCode = typeof SAYINGS[number]

/** A code with its values, to be put into the words of any language; and the words in English. */
export type RootSaying = Static<typeof RootSaying>
export const RootSaying = Type.Object({
  code: Type.Unsafe<RootSayingCode>(Type.Union(SAYINGS.map(code => Type.Literal(code)))),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  text: Type.String()
}, strict)

/** A root document that is not valid yet, because too few have signed it. */
export type Proposal = Static<typeof Proposal>
export const Proposal = Type.Object({
  /** The whole proposal, as it is passed on in a file. */
  text: Type.String(),
  newsletter: Type.String(),
  /** Of the document that it would become. */
  number: Type.Integer(),
  /** Everything that it will do, read from the document itself. */
  effects: Type.Array(RootSaying),
  /** What this node knows of it besides: what a seal rests on, for example. */
  notes: Type.Array(RootSaying),
  /** Each group of keys of which enough have to sign, and the ids of those that have. */
  signers: Type.Array(Type.Object({
    keys: Type.Array(Type.String()), threshold: Type.Integer(), signed: Type.Array(Type.String())
  }, strict)),
  /** Enough have signed: it can be published. */
  complete: Type.Boolean()
}, strict)

const ProposalText = Type.String({ minLength: 1, maxLength: PROPOSAL_BYTES })
/** JSON needs some more for it. */
const bodyBytes = PROPOSAL_BYTES + 1024 * 1024

export const root = {
  proposeRoot: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/root/proposals', summary: 'What a change of the root would do, to be signed; changes nothing yet',
    params: NewsletterParams, body: Type.Object({ change: RootChange }, strict), response: Proposal
  }),
  readProposal: endpoint({
    method: 'POST', path: '/api/root/proposals', summary: 'What a proposal that somebody passed on would do',
    bodyBytes, body: Type.Object({ text: ProposalText }, strict), response: Proposal
  }),
  signProposal: endpoint({
    method: 'POST', path: '/api/root/signatures', summary: 'Sign a proposal with recovery words, or with those that still lie on this machine',
    bodyBytes,
    body: Type.Object({
      text: ProposalText,
      words: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
      /** Of words that lie here sealed. */
      passphrase: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 }))
    }, strict),
    response: Proposal
  }),
  publishRoot: endpoint({
    method: 'POST', path: '/api/root/documents', summary: 'Make a proposal that enough have signed the newest root document, and tell everybody',
    bodyBytes,
    body: Type.Object({ text: ProposalText }, strict),
    response: Type.Object({ newsletter: Type.String(), number: Type.Integer() }, strict)
  })
}
