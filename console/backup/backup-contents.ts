import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { StoredRoot } from '../../publisher/keys/stored-root.ts'
import { BEFORE_CHARACTERS, NOTE_CHARACTERS, QUOTE_CHARACTERS } from '../../shared/api/highlight-limits.ts'
import { NewsletterRole } from '../../shared/api/newsletters.ts'
import { Place } from '../../shared/api/issues.ts'
import { Policy } from '../../shared/api/policies.ts'
import { NAME_CHARACTERS } from '../../shared/api/subscriptions.ts'
import { AppError } from '../../shared/errors.ts'
import { line, lines, Time, Z32 as Address } from '../../shared/format/fields.ts'
import { ROOT_CHAIN_BYTES } from '../../shared/format/limits.ts'
import { DriveHead } from '../../shared/network/high-water.ts'
import { readPlainJson } from './plain-json.ts'

const MIB = 1024 * 1024
const VERSION = 1
/** A text has at most 4 million characters, each of which takes up to six bytes in JSON. */
const DRAFT_BYTES = 32 * MIB

const Id = Type.String({ pattern: '^[0-9a-z]{26}$' })
/** Early versions did not keep when something was marked. */
const Marked = { newsletter: Address, id: Id, at: Type.Union([Type.Literal(''), Time]) }

/** `backup.json`, the first entry: what the other entries are about. */
export type BackupManifest = Static<typeof BackupManifest>
export const BackupManifest = Type.Object({
  colporteur: Type.Literal(VERSION),
  kind: Type.Literal('backup'),
  at: Time,
  device: line(300),
  /** Text of `config.json`; null without one. */
  config: Type.Union([Type.String({ maxLength: 100_000 }), Type.Null()]),
  followed: Type.Array(Type.Object({
    address: Address,
    role: NewsletterRole,
    title: Type.String({ maxLength: 1000 }),
    paused: Type.Boolean(),
    /** Of one that was written there: it was subscribed to as well. */
    subscribed: Type.Optional(Type.Boolean()),
    /** Of a subscription; missing in older backups. */
    policy: Type.Optional(Policy),
    folder: Type.Optional(line(NAME_CHARACTERS)),
    petName: Type.Optional(line(NAME_CHARACTERS)),
    receipts: Type.Optional(Type.Boolean()),
    announce: Type.Optional(Type.Boolean())
  }), { maxItems: 10_000 }),
  drafts: Type.Integer()
})

/** `marks.json`. */
export const BackupMarks = Type.Object({
  read: Type.Array(Type.Object(Marked)),
  saved: Type.Array(Type.Object(Marked)),
  places: Type.Array(Type.Object({ ...Marked, ...Place.properties })),
  /** These two are missing in older backups. */
  fetched: Type.Optional(Type.Array(Type.Object(Marked))),
  highlights: Type.Optional(Type.Array(Type.Object({
    ...Marked,
    issue: Id,
    quote: Type.String({ maxLength: QUOTE_CHARACTERS }),
    before: Type.String({ maxLength: BEFORE_CHARACTERS }),
    start: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    note: lines(NOTE_CHARACTERS)
  })))
})

/** `keys/<address>.json`: what else lies here of a newsletter that is written here. */
export type BackupKeys = Static<typeof BackupKeys>
export const BackupKeys = Type.Object({
  /** Text of the file of the writer's keys, and how far it had published. */
  writer: Type.Union([Type.Null(), Type.String({ maxLength: 10_000 })]),
  mark: Type.Union([Type.Null(), Type.Object({ drive: Type.String({ maxLength: 60 }), head: DriveHead })]),
  root: Type.Union([Type.Null(), StoredRoot])
})

/** How large an entry may be that is read at once. */
export function mostBytesOf (name: string): number {
  if (name === 'marks.json') return 128 * MIB
  if (name === 'backup.json') return 64 * MIB
  if (name.startsWith('drafts/')) return DRAFT_BYTES
  return name.startsWith('roots/') ? ROOT_CHAIN_BYTES + MIB : MIB
}

/** @throws AppError BAD_BACKUP */
export function readContents<S extends Type.TSchema> (schema: S, content: Uint8Array, name: string): Static<S> {
  const value = readPlainJson(content)
  if (Value.Check(schema, value)) return value
  const { colporteur = VERSION } = Object(value) as { colporteur?: unknown }
  if (typeof colporteur === 'number' && colporteur > VERSION) throw new AppError('BAD_BACKUP', 'The backup was made by a newer version of Colporteur. Open it with that one. Nothing was taken over.')
  throw new AppError('BAD_BACKUP', `${name} in the backup is not as it should be. Nothing was taken over.`)
}
