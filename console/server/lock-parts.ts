import type { KeyState } from '../../shared/api/newsletters.ts'
import type { Tells } from './subscribing-parts.ts'

/** The keys by which this device writes. Throws AppErrors: NOT_WRITER without keys, BAD_PASSPHRASE. */
export interface LocksPart extends Tells<{ keysChanged: [address: string] }> {
  /** Of newsletters of whose writer there are keys here. */
  readonly addresses: string[]
  /** Null: there are none. */
  stateOf (address: string): KeyState | null
  lock (addresses: string[], passphrase?: string): Promise<void>
  unlock (addresses: string[], passphrase: string, forGood: boolean): Promise<void>
}
