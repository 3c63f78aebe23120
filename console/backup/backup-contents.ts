import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { StoredRoot } from '../../publisher/keys/stored-root.ts'
import { BEFORE_CHARACTERS, NOTE_CHARACTERS, QUOTE_CHARACTERS } from '../../shared/api/highlight-limits.ts'
import { NewsletterRole } from '../../shared/api/newsletters.ts'
import { Policy } from '../../shared/api/policies.ts'
import { NAME_CHARACTERS } from '../../shared/api/subscriptions.ts'
import { Z32 as Address } from '../../shared/format/fields.ts'
import { AppError } from '../../shared/errors.ts'
import { DriveHead } from '../../shared/network/high-water.ts'

const Id = Type.String({ minLength: 1, maxLength: 100 })
const Time = Type.String({ maxLength: 40 })
const Marked = { newsletter: Address, id: Id, at: Time }

/** `backup.json`, the first entry: what the other entries are about. */
export type BackupManifest = Static<typeof BackupManifest>
export const BackupManifest = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('backup'),
  at: Time,
  device: Type.String({ maxLength: 300 }),
  /** Text of `config.json`; null without one. */
  config: Type.Union([Type.String({ maxLength: 100_000 }), Type.Null()]),
  followed: Type.Array(Type.Object({
    address: Address,
    role: NewsletterRole,
    title: Type.String({ maxLength: 1000 }),
    paused: Type.Boolean(),
    /** Of a subscription; missing in older backups. */
    policy: Type.Optional(Policy),
    folder: Type.Optional(Type.String({ maxLength: NAME_CHARACTERS })),
    receipts: Type.Optional(Type.Boolean())
  }), { maxItems: 10_000 }),
  drafts: Type.Integer()
})

/** `marks.json`. */
export const BackupMarks = Type.Object({
  read: Type.Array(Type.Object(Marked)),
  saved: Type.Array(Type.Object(Marked)),
  places: Type.Array(Type.Object({ ...Marked, fraction: Type.Number({ minimum: 0, maximum: 1 }), block: Type.Number({ minimum: 0 }) })),
  /** Missing in older backups. */
  highlights: Type.Optional(Type.Array(Type.Object({
    ...Marked,
    issue: Id,
    quote: Type.String({ maxLength: QUOTE_CHARACTERS }),
    before: Type.String({ maxLength: BEFORE_CHARACTERS }),
    start: Type.Integer({ minimum: 0 }),
    note: Type.String({ maxLength: NOTE_CHARACTERS })
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

/** @throws AppError BAD_BACKUP */
export function readContents<S extends Type.TSchema> (schema: S, content: Uint8Array, name: string): Static<S> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(content))
  } catch {
    // Told below, like every other fault.
  }
  if (Value.Check(schema, value)) return value
  throw new AppError('BAD_BACKUP', `${name} in the backup is not as it should be. Nothing was taken over.`)
}
