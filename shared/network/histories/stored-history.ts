import Type, { type Static } from 'typebox'
import { CoreState } from '../../format/receipt.ts'

const Hex = Type.String({ pattern: '^[0-9a-f]*$', maxLength: 1024 })

/** A history of one core of a drive that does not go together with the one that is here, or was. */
export type FoundHistory = Static<typeof FoundHistory>
export const FoundHistory = Type.Object({
  /** ISO 8601. */
  foundAt: Type.String(),
  core: Type.Union([Type.Literal('index'), Type.Literal('blobs')]),
  /** What this node had. */
  here: CoreState,
  /** The other one, as far as the two can be compared. */
  other: CoreState,
  /** How far the writer has signed the other one; null where this node has it itself, instead of what it had before. */
  signed: Type.Union([Type.Null(), Type.Object({ length: Type.Integer(), treeHash: Hex, signature: Hex })]),
  /** Key in hex of the first who showed it; empty: nobody else did. */
  peer: Hex,
  /** The root has sealed the other one. */
  bySeal: Type.Optional(Type.Literal(true))
})

/**
 * `keep`: what follows on the history that is here. `take`: on the other one, which is here since. `refuse`: nothing of this
 * writer any more. Null: not decided.
 */
export type HistoryChoice = Static<typeof HistoryChoice>
export const HistoryChoice = Type.Union([Type.Null(), Type.Literal('keep'), Type.Literal('take'), Type.Literal('refuse')])

/** What is remembered of a drive. */
export type DriveHistory = Static<typeof DriveHistory>
export const DriveHistory = Type.Object({
  /** The newest that was seen of it, before any other history was. */
  seen: Type.Object({ index: CoreState, blobs: Type.Union([Type.Null(), CoreState]) }),
  others: Type.Array(FoundHistory),
  /** Blocks of the index that were here when another history was found; what comes later waits. */
  heldAt: Type.Union([Type.Null(), Type.Integer()]),
  choice: HistoryChoice
})

export const StoredHistories = Type.Object({ drives: Type.Record(Type.String(), DriveHistory) })
