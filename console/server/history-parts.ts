import type { Problem } from '../../shared/api/problem.ts'
import type { HistoryDecision, WriterHistory } from '../../shared/api/writers.ts'
import type { Tells } from './subscribing-parts.ts'

/** What the server asks about histories that do not go together. Throws of all of them are AppErrors. */

/** Whether this device may go on with what it publishes. */
export interface WritingPart extends Tells<{ troubleChanged: [address: string] }> {
  /** Null: nothing is known against it. */
  trouble (address: string): Problem | null
}

/** NOT_FOUND; deciding: CONFLICT where no other history is known, or can't be read on with. */
export interface HistoriesPart {
  of (address: string, writer: string): Promise<WriterHistory>
  decide (address: string, writer: string, choice: HistoryDecision, treeHash?: string): Promise<WriterHistory>
  /** CONFLICT, BAD_SOURCE, DISK_FULL. */
  export (address: string, writer: string, folder: string): Promise<{ path: string, files: string[] }>
}
