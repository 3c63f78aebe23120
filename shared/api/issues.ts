import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { MachinePath } from './machine-path.ts'
import { NewsletterParams } from './newsletters.ts'
import { Problem } from './problem.ts'

const strict = { additionalProperties: false }

/** Names an issue: its id, or `<id>@<address>` where two newsletters use one id. */
export const IssueParams = Type.Object({ issue: Type.String({ minLength: 1, maxLength: 120 }) }, strict)

/** A page of a list, of which what is left out lets everything through. */
export type IssueList = Static<typeof IssueList>
export const IssueList = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  /** From `next` of the page before. */
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  /** Ready and not read. */
  unread: Type.Optional(Type.Boolean()),
  saved: Type.Optional(Type.Boolean()),
  /** In title, subtitle or the newsletter's title, whatever the case and the accents. */
  text: Type.Optional(Type.String({ maxLength: 200 }))
}, strict)

/** Where somebody stopped reading: the same place at any width of the page. */
export type Place = Static<typeof Place>
export const Place = Type.Object({
  /** How much of the whole was above the place, from 0 to 1. */
  fraction: Type.Number({ minimum: 0, maximum: 1 }),
  /** The block of the text at the place, counted from 0, and as decimals how much of it was above. */
  block: Type.Number({ minimum: 0, maximum: 10_000_000 })
}, strict)

/**
 * `ready`: every byte is here and verified. `partial`: its text is here and verified, with or without its pictures; the rest is
 * left out by the policy of its subscription, or still on its way. `removed`: it is not here, to keep within such a policy or a cap.
 * `notVerified`: `problem` says why; its content is not shown.
 */
export type IssueState = Static<typeof IssueState>
export const IssueState = Type.Union([
  Type.Literal('waiting'), Type.Literal('downloading'), Type.Literal('ready'), Type.Literal('partial'), Type.Literal('removed'), Type.Literal('notVerified')
])

export type Issue = Static<typeof Issue>
export const Issue = Type.Object({
  /** `<id>@<address>`: names this issue on any node. */
  ref: Type.String(),
  id: Type.String(),
  newsletter: Type.String(),
  newsletterTitle: Type.String(),
  /** As of Subscription. */
  petName: Type.String(),
  /** Place in the newsletter, the same at every reader who has the same issues: as it was signed, or higher where two writers gave one number. */
  number: Type.Integer(),
  revision: Type.Integer(),
  change: Type.String(),
  /** Its writer has cut it off its drive; what is here stays, and can be read and verified. */
  withdrawnByWriter: Type.Boolean(),
  title: Type.String(),
  subtitle: Type.String(),
  summary: Type.String(),
  authors: Type.Array(Type.String()),
  tags: Type.Array(Type.String()),
  language: Type.String(),
  /** ISO 8601, UTC, as the writer signed it. */
  publishedAt: Type.String(),
  state: IssueState,
  problem: Type.Union([Problem, Type.Null()]),
  /** Bytes of text, pictures and attachments together, and how many of them are here. */
  sizeBytes: Type.Integer(),
  haveBytes: Type.Integer(),
  /** The text and each file is a part. */
  parts: Type.Integer(),
  haveParts: Type.Integer(),
  /** How much of it is wanted here: by the policy of its subscription, or because it was asked for. */
  wantedBytes: Type.Integer(),
  wantedParts: Type.Integer(),
  read: Type.Boolean(),
  saved: Type.Boolean(),
  /** Minutes to read its text; null while the words were not counted, or can not be. */
  minutes: Type.Union([Type.Integer(), Type.Null()]),
  place: Type.Union([Place, Type.Null()])
}, strict)

export type IssueFile = Static<typeof IssueFile>
export const IssueFile = Type.Object({
  path: Type.String(),
  type: Type.String(),
  sizeBytes: Type.Integer(),
  blake2b: Type.String(),
  alt: Type.String(),
  here: Type.Boolean()
}, strict)

/** An issue that stands beside another in its newsletter. */
export type IssueNeighbour = Static<typeof IssueNeighbour>
export const IssueNeighbour = Type.Union([Type.Object({ ref: Type.String(), title: Type.String() }, strict), Type.Null()])

export type IssueDetails = Static<typeof IssueDetails>
export const IssueDetails = Type.Object({
  issue: Issue,
  files: Type.Array(IssueFile),
  older: IssueNeighbour,
  newer: IssueNeighbour,
  /** Who signed what; null where nothing could be believed. */
  proof: Type.Union([Type.Null(), Type.Object({
    writer: Type.String(),
    writerName: Type.String(),
    signingKey: Type.String(),
    drive: Type.String(),
    rootNumber: Type.Integer(),
    /** BLAKE2b-256 of issue.json. */
    manifestHash: Type.String(),
    bodyHash: Type.String(),
    /** As its writer signed it. */
    number: Type.Integer()
  }, strict)])
}, strict)

export type IssuePage = Static<typeof IssuePage>
export const IssuePage = Type.Object({
  issues: Type.Array(Issue),
  total: Type.Integer(),
  next: Type.Union([Type.String(), Type.Null()])
}, strict)

/** Where to take an issue from. `path` is on the node's machine, absolute, and needs the program token. */
export type IssueSource = Static<typeof IssueSource>
export const IssueSource = Type.Union([
  Type.Object({ path: MachinePath }, strict),
  Type.Object({
    markdown: Type.String({ minLength: 1 }),
    /** File name the text would have: gives the date when the text names none. */
    name: Type.Optional(Type.String({ maxLength: 255 }))
  }, strict)
])

export type Published = Static<typeof Published>
export const Published = Type.Object({
  /** `already`: the same text and files stand in the newsletter, nothing was written. `dryRun`: nothing was written. */
  outcome: Type.Union([Type.Literal('published'), Type.Literal('already'), Type.Literal('dryRun')]),
  id: Type.String(),
  ref: Type.String(),
  number: Type.Integer(),
  title: Type.String(),
  publishedAt: Type.String(),
  sizeBytes: Type.Integer(),
  files: Type.Array(Type.String()),
  /** What the author should know: pictures that were not found, remote pictures turned into links. */
  notes: Type.Array(Type.String())
}, strict)

export type Imported = Static<typeof Imported>
export const Imported = Type.Object({
  published: Type.Integer(),
  already: Type.Integer(),
  failed: Type.Array(Type.Object({ name: Type.String(), code: Type.String(), reason: Type.String() }, strict)),
  notes: Type.Array(Type.String()),
  sizeBytes: Type.Integer()
}, strict)

export type Verification = Static<typeof Verification>
export const Verification = Type.Object({
  verified: Type.Boolean(),
  problem: Type.Union([Problem, Type.Null()]),
  title: Type.String(),
  newsletter: Type.String(),
  id: Type.String(),
  number: Type.Integer(),
  revision: Type.Integer(),
  writerName: Type.String(),
  signingKey: Type.String(),
  /** Each thing that held, in words; always in this order: root chain, writer, signature, place, bytes. */
  checks: Type.Array(Type.String())
}, strict)

/** A page with text of others: its path, with a pass in it that opens this page alone. */
export type OpenedPage = Static<typeof OpenedPage>
export const OpenedPage = Type.Object({
  path: Type.String(),
  /** Port of the reading origin, where the page may be shown beside the console; null: only where the console is. */
  readingPort: Type.Union([Type.Integer(), Type.Null()])
}, strict)

export const issues = {
  listIssues: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter/issues', summary: 'The issues of a newsletter, newest first',
    params: NewsletterParams, query: IssueList, response: IssuePage
  }),
  publishIssue: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/issues', summary: 'Publish an issue from Markdown, or from a file or folder on the node\'s machine',
    params: NewsletterParams,
    body: Type.Object({ source: IssueSource, dryRun: Type.Optional(Type.Boolean()) }, strict),
    response: Published
  }),
  importIssues: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/imports', summary: 'Publish a folder of issues in the order of their dates; progress comes as events',
    params: NewsletterParams,
    body: Type.Object({ path: MachinePath }, strict),
    response: Imported
  }),
  getIssue: endpoint({
    method: 'GET', path: '/api/issues/:issue', summary: 'One issue: what it is, its files and its proof',
    params: IssueParams, response: IssueDetails
  }),
  getIssueContent: endpoint({
    method: 'GET', path: '/api/issues/:issue/content', summary: 'The text of a complete issue',
    params: IssueParams,
    query: Type.Object({ format: Type.Optional(Type.Union([Type.Literal('text'), Type.Literal('markdown'), Type.Literal('html')])) }, strict),
    response: Type.Object({ format: Type.String(), content: Type.String() }, strict)
  }),
  markIssue: endpoint({
    method: 'PUT', path: '/api/issues/:issue/read', summary: 'Mark an issue read or unread',
    params: IssueParams, body: Type.Object({ read: Type.Boolean() }, strict), response: Issue
  }),
  verifyIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/verification', summary: 'Check signatures and hashes of every byte of an issue again, now',
    params: IssueParams, response: Verification
  }),
  saveIssue: endpoint({
    method: 'PUT', path: '/api/issues/:issue/saved', summary: 'Save an issue for later, or no longer',
    params: IssueParams, body: Type.Object({ saved: Type.Boolean() }, strict), response: Issue
  }),
  keepPlace: endpoint({
    method: 'PUT', path: '/api/issues/:issue/place', summary: 'Keep where reading stopped; null forgets it',
    params: IssueParams, body: Type.Object({ place: Type.Union([Place, Type.Null()]) }, strict), response: Issue
  }),
  openIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/page', summary: 'The path of the issue\'s page with a pass in it that opens this issue alone, for a browser',
    params: IssueParams, response: OpenedPage
  })
}
