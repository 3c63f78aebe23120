import Type, { type Static } from 'typebox'
import { line } from '../format/fields.ts'
import { endpoint } from './endpoint.ts'
import { NewsletterParams } from './newsletters.ts'

const strict = { additionalProperties: false }
const optional = Type.Optional

const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const OneLine = line(100)
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' })
const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })

/** How much a keeper gives; null: no limit. */
export type Caps = Static<typeof Caps>
export const Caps = Type.Object({
  /** Bytes on the disk. */
  maxDiskBytes: Type.Union([Bytes, Type.Null()]),
  /** Bytes a second to others, and from them. */
  maxUpBytes: Type.Union([Bytes, Type.Null()]),
  maxDownBytes: Type.Union([Bytes, Type.Null()])
}, strict)

/** Where what is kept is shown to people who have nothing installed, each newsletter but private ones. */
export type KeeperWeb = Static<typeof KeeperWeb>
export const KeeperWeb = Type.Object({
  /** IP address and port of the listener, which serves nothing else; port 0: any free one. */
  host: Type.String({ minLength: 1, maxLength: 45 }),
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  /** By which others reach it, where something stands between, such as https://letters.example.org; null: as they ask for it. */
  url: Type.Union([Type.Null(), Type.String({ maxLength: 300, pattern: '^https?://[^\\s/?#"\'<>]+(/[^\\s?#"\'<>]*)?$' })])
}, strict)

/** What a node says of itself as a keeper, and what it gives in all. */
export type KeeperSettings = Static<typeof KeeperSettings>
export const KeeperSettings = Type.Object({
  name: OneLine,
  owner: OneLine,
  ...Caps.properties,
  /** Local time of this machine, in which kept issues neither come nor go; `from` may be later than `to`. */
  quietHours: Type.Union([Type.Null(), Type.Object({ from: Clock, to: Clock }, strict)]),
  /** Null: nowhere. */
  web: Type.Union([Type.Null(), KeeperWeb])
}, strict)

export type Kept = Static<typeof Kept>
export const Kept = Type.Object({
  newsletter: Type.String(),
  link: Type.String(),
  /** Empty until it is known. */
  title: Type.String(),
  /** ISO 8601. */
  since: Type.String(),
  /** ISO 8601: until when it is promised; null: until it is dropped. */
  until: Type.Union([Type.String(), Type.Null()]),
  /** Who owns this keeper, as it says for this newsletter. */
  owner: Type.String(),
  ...Caps.properties,
  /** Never shown on web pages. */
  isPrivate: Type.Boolean(),
  usedBytes: Type.Integer(),
  issues: Type.Object({ known: Type.Integer(), ready: Type.Integer(), removed: Type.Integer() }, strict)
}, strict)

/** What is known of a newsletter before one says yes to keeping it. */
export type KeepingOffer = Static<typeof KeepingOffer>
export const KeepingOffer = Type.Object({
  newsletter: Type.String(),
  link: Type.String(),
  /** `looking`: nobody who has it was found yet, and the numbers are not known. */
  state: Type.Union([Type.Literal('looking'), Type.Literal('known')]),
  title: Type.String(),
  authors: Type.Array(Type.String()),
  issues: Type.Integer(),
  /** What all its issues take on the disk now, and by how much they grew in the last year. */
  diskBytes: Type.Integer(),
  bytesPerYear: Type.Integer(),
  /** Free space on the disk of this node. */
  freeBytes: Type.Integer(),
  /** What a keeper sees and is seen of, in plain sentences. */
  sees: Type.Array(Type.String())
}, strict)

/** A whole issue that was taken off the disk to keep within a cap. */
export type Eviction = Static<typeof Eviction>
export const Eviction = Type.Object({
  at: Type.String(),
  ref: Type.String(),
  newsletter: Type.String(),
  title: Type.String(),
  sizeBytes: Type.Integer(),
  /** Copies that this keeper knew of elsewhere. */
  copies: Type.Integer(),
  reason: Type.String()
}, strict)

const KeepBody = Type.Object({
  address: Type.String({ minLength: 1, maxLength: 300 }),
  until: optional(Type.Union([Time, Type.Null()])),
  owner: optional(OneLine),
  maxDiskBytes: optional(Type.Union([Bytes, Type.Null()])),
  maxUpBytes: optional(Type.Union([Bytes, Type.Null()])),
  maxDownBytes: optional(Type.Union([Bytes, Type.Null()])),
  isPrivate: optional(Type.Boolean())
}, strict)
export type KeepBody = Static<typeof KeepBody>

export type KeeperSettingsChange = Static<typeof KeeperSettingsChange>
export const KeeperSettingsChange = Type.Partial(KeeperSettings, strict)

export const keeping = {
  listKept: endpoint({
    method: 'GET', path: '/api/keeping', summary: 'The newsletters that this node keeps for others, and what it gives in all',
    response: Type.Object({
      settings: KeeperSettings,
      kept: Type.Array(Kept),
      usedBytes: Type.Integer(),
      /** Where web pages are served at this moment; null: nowhere, and `webProblem` says why where it should be. */
      webUrl: Type.Union([Type.String(), Type.Null()]),
      webProblem: Type.Union([Type.String(), Type.Null()])
    }, strict)
  }),
  changeKeeperSettings: endpoint({
    method: 'PATCH', path: '/api/keeping/settings', summary: 'Change what this node says of itself as a keeper, and its caps in all',
    body: KeeperSettingsChange, response: KeeperSettings
  }),
  lookAtNewsletter: endpoint({
    method: 'POST', path: '/api/keeping/offers', summary: 'See what keeping a newsletter would take, before saying yes: looks for it and fetches its index alone',
    body: Type.Object({ address: Type.String({ minLength: 1, maxLength: 300 }) }, strict), response: KeepingOffer
  }),
  keepNewsletter: endpoint({
    method: 'POST', path: '/api/keeping', summary: 'Keep a newsletter for others, or change the promise: to hold all its issues within the caps, and say so',
    body: KeepBody, response: Kept
  }),
  dropNewsletter: endpoint({
    method: 'DELETE', path: '/api/keeping/:newsletter', summary: 'Keep a newsletter no longer: says so to its author, and deletes what is not read here',
    params: NewsletterParams, response: Type.Object({ newsletter: Type.String(), freedBytes: Type.Integer() }, strict)
  }),
  listEvictions: endpoint({
    method: 'GET', path: '/api/keeping/evictions', summary: 'Issues that were taken off the disk to keep within a cap, the last first',
    response: Type.Object({ evictions: Type.Array(Eviction) }, strict)
  })
}
