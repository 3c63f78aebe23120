import Type, { type Static } from 'typebox'
import { Language, line, lines, name } from '../format/fields.ts'
import { CheckWords, LookAlike } from './check-words.ts'
import { endpoint } from './endpoint.ts'
import { Freshness } from './freshness.ts'
import { Problem } from './problem.ts'

/** Long enough not to be guessed in an afternoon: whoever has the file can try as often as they like. */
export const Passphrase = Type.String({ minLength: 10, maxLength: 1000 })

const strict = { additionalProperties: false }

/** Names a newsletter: its address (in any accepted spelling), or its title when only one newsletter has it. */
export const NewsletterParams = Type.Object({ newsletter: Type.String({ minLength: 1, maxLength: 300 }) }, strict)

/** Another history of a writer's drive than the one that is here, signed by the writer. */
export type OtherHistory = Static<typeof OtherHistory>
export const OtherHistory = Type.Object({
  /** ISO 8601: when the first was found. */
  foundAt: Type.String(),
  /**
   * `takenBack`: cut off and begun anew. `twoFaced`: others were shown another one. `changedHere`: the drive came again
   * otherwise than it was here before. `sealedOtherwise`: the root has sealed another one.
   */
  kind: Type.Union([Type.Literal('takenBack'), Type.Literal('twoFaced'), Type.Literal('changedHere'), Type.Literal('sealedOtherwise')]),
  /**
   * `keep`: what follows on the history that is here. `take`: on the other one, which is here since. `refuse`: nothing of this
   * writer any more. Null: not decided.
   */
  choice: Type.Union([Type.Null(), Type.Literal('keep'), Type.Literal('take'), Type.Literal('refuse')]),
  /** What the writer publishes is not taken, for the time being. */
  isWaiting: Type.Boolean(),
  /** In plain words. */
  reason: Type.String()
}, strict)

export type Writer = Static<typeof Writer>
export const Writer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** z-base-32 of the drive's key. */
  drive: Type.String(),
  /** minisign public key. */
  signingKey: Type.String(),
  sealed: Type.Boolean(),
  expires: Type.Union([Type.String(), Type.Null()]),
  /** Null: none is known. */
  otherHistory: Type.Union([OtherHistory, Type.Null()])
}, strict)

/**
 * What a newsletter is to this node. `own`: this node is one of its writers. `unsubscribed`: not followed any more; what came
 * until then is still here. `keeping`: held for others, and not read.
 */
export type NewsletterRole = Static<typeof NewsletterRole>
export const NewsletterRole = Type.Union([Type.Literal('own'), Type.Literal('subscribed'), Type.Literal('unsubscribed'), Type.Literal('keeping')])

/**
 * How the keys by which this device writes lie on it. `plain`: in a file that its owner alone can read. `locked`: sealed with a
 * passphrase, so that nothing is published. `unlocked`: sealed on the disk, and in memory until the node ends.
 */
export type KeyState = Static<typeof KeyState>
export const KeyState = Type.Union([Type.Literal('plain'), Type.Literal('locked'), Type.Literal('unlocked')])

/** What this node takes of the newsletter at most, whoever writes it. */
export type NewsletterLimits = Static<typeof NewsletterLimits>
export const NewsletterLimits = Type.Object({
  /** The lists of issues of all its writers together: what is here of them, and what there may be. Of larger ones nothing more is fetched. */
  indexBytes: Type.Integer(),
  mostIndexBytes: Type.Integer(),
  /** Entries in the list of issues of one writer; an issue has some. */
  mostEntriesPerWriter: Type.Integer(),
  /** Of text and files of one issue, and of one file. */
  mostIssueBytes: Type.Integer(),
  mostFileBytes: Type.Integer(),
  /** That one peer may send; the connection of one that sends more ends. */
  mostRequestsPerPeerAndSecond: Type.Integer()
}, strict)

export type Newsletter = Static<typeof Newsletter>
export const Newsletter = Type.Object({
  /** z-base-32 of 32 bytes: 52 characters. */
  address: Type.String(),
  /** `colporteur://<address>`: what people share. */
  link: Type.String(),
  checkWords: CheckWords,
  title: Type.String(),
  /**
   * Another newsletter that is written here or subscribed to, for which this one can be taken by its name; null: none. Of two that
   * are subscribed to, the one that was called so first is nobody's look-alike.
   */
  looksLike: Type.Union([LookAlike, Type.Null()]),
  description: Type.String(),
  language: Type.String(),
  authors: Type.Array(Type.String()),
  /** Empty where the author has not said, as the two that follow. */
  licence: Type.String(),
  website: Type.String(),
  /** How often it comes, in the author's words. */
  rhythm: Type.String(),
  role: NewsletterRole,
  /** Its issues come into the inbox, also where it is written here. */
  subscribed: Type.Boolean(),
  /** The subscription was paused: nothing new is looked for. */
  paused: Type.Boolean(),
  /** Whoever looks for the newsletter finds this node. False: no record of it is in the DHT, and it is told to nobody who does not tell of it first. */
  announce: Type.Boolean(),
  /** Since when it is in this role; ISO 8601. */
  since: Type.String(),
  state: Type.Union([Type.Literal('active'), Type.Literal('resting'), Type.Literal('ended')]),
  /** Address of the newsletter that continues this one. */
  successor: Type.Union([Type.String(), Type.Null()]),
  /** Address of the newsletter that this one continues, and that has led here; null: it was subscribed to for itself. */
  continues: Type.Union([Type.String(), Type.Null()]),
  /** What is wrong with where the newsletter leads: in a circle, or too far. */
  successionProblem: Type.Union([Problem, Type.Null()]),
  /** Number of the newest root document here; null while none has arrived. */
  rootNumber: Type.Union([Type.Integer(), Type.Null()]),
  writers: Type.Array(Writer),
  /** ISO 8601: as of then, its writers say, what is here was all there was; null: not known. */
  confirmedAt: Type.Union([Type.String(), Type.Null()]),
  freshness: Freshness,
  issues: Type.Object({ total: Type.Integer(), ready: Type.Integer(), unread: Type.Integer() }, strict),
  /** Why the newsletter as a whole is not verified; null when nothing is known against it. */
  problem: Type.Union([Problem, Type.Null()]),
  limits: NewsletterLimits,
  /** True while the recovery words were not confirmed to be written down, and so the root secret lies on this machine. */
  wordsUnconfirmed: Type.Boolean(),
  /** Null: there are none. */
  keys: Type.Union([KeyState, Type.Null()]),
  /**
   * Why this device, which is one of its writers, publishes nothing, so that nobody sees two histories, or was one until it was
   * retired; null: it may publish, or never was a writer.
   */
  notWriting: Type.Union([Problem, Type.Null()])
}, strict)

const Title = name(200)
const describing = {
  description: Type.Optional(lines(2000)),
  language: Type.Optional(Language),
  authors: Type.Optional(Type.Array(name(200), { maxItems: 50 })),
  licence: Type.Optional(line(200)),
  website: Type.Optional(line(500)),
  rhythm: Type.Optional(line(200))
}

export type NewsletterDescription = Static<typeof NewsletterDescription>
export const NewsletterDescription = Type.Object({ title: Title, ...describing }, strict)

export type NewsletterChange = Static<typeof NewsletterChange>
export const NewsletterChange = Type.Object({ title: Type.Optional(Title), ...describing }, strict)

export type NewNewsletter = Static<typeof NewNewsletter>
export const NewNewsletter = Type.Object({
  title: Title,
  ...describing,
  announce: Type.Optional(Type.Boolean()),
  /** Seals the recovery words on this machine until they are confirmed. */
  passphrase: Type.Optional(Passphrase),
  /** Words that stand for other newsletters, known here, already: this becomes another one of them. They are kept nowhere. */
  words: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  /** Several sets of recovery words, of which `threshold` have to act together; one set unless told. */
  quorum: Type.Optional(Type.Object({ threshold: Type.Integer({ minimum: 1, maximum: 32 }), sets: Type.Integer({ minimum: 1, maximum: 32 }) }, strict))
}, strict)

export type CreatedNewsletter = Static<typeof CreatedNewsletter>
export const CreatedNewsletter = Type.Object({
  newsletter: Newsletter,
  /** The 24 recovery words (of the first set), separated by single spaces; empty where words were given. `showWords` shows all until they are confirmed. */
  words: Type.String()
}, strict)

export const newsletters = {
  listNewsletters: endpoint({
    method: 'GET', path: '/api/newsletters', summary: 'The newsletters of this node: written here and subscribed to',
    response: Type.Object({ newsletters: Type.Array(Newsletter) }, strict)
  }),
  createNewsletter: endpoint({
    method: 'POST', path: '/api/newsletters', summary: 'Start a newsletter: makes its root from new recovery words, and its first writer',
    body: NewNewsletter, response: CreatedNewsletter
  }),
  getNewsletter: endpoint({
    method: 'GET', path: '/api/newsletters/:newsletter', summary: 'One newsletter',
    params: NewsletterParams, response: Newsletter
  }),
  describeNewsletter: endpoint({
    method: 'PATCH', path: '/api/newsletters/:newsletter', summary: 'Change how a newsletter written here is described',
    params: NewsletterParams, body: NewsletterChange, response: Newsletter
  }),
  announceNewsletter: endpoint({
    method: 'PUT', path: '/api/newsletters/:newsletter/announce',
    summary: 'Let whoever looks for a newsletter find this node; or nobody, so that no record of this node is in the DHT',
    params: NewsletterParams, body: Type.Object({ announce: Type.Boolean() }, strict), response: Newsletter
  })
}
