import type { BackupMade, BackupOpened } from '../../shared/api/backups.ts'
import type { Restoration } from '../../shared/api/restoring.ts'
import type { Proposal } from '../../shared/api/root.ts'

/** Goes on here with newsletters whose machine is lost. Throws AppErrors, as all parts do. */
export interface RestoringPart {
  /** BAD_WORDS, BAD_ADDRESS. */
  start (words: string, address: string | null): Promise<Restoration>
  stop (): Promise<void>
  progress (): Promise<Restoration | null>
  /** NOT_FOUND, AMBIGUOUS, CONFLICT, NOT_COMPLETE, BAD_WORDS. */
  propose (address: string, wish: { inPlaceOf?: string[], reason?: string, name?: string, anyway?: boolean }): Promise<Proposal>
}

/** Writes on with keys that came in a backup. NOT_FOUND, BAD_REQUEST, CONFLICT, NOT_WRITER, NO_PEERS, NOT_COMPLETE, BEHIND. */
export interface ResumingPart {
  resume (address: string, options: { timeoutMs: number, wordsLost: boolean }): Promise<{ writer: string }>
}

/** What is not on the network, in one sealed file. */
export interface BackupsPart {
  /** Null: in the home. BAD_SOURCE, CONFLICT, DISK_FULL. */
  make (path: string | null, passphrase: string, withWriter: boolean): Promise<BackupMade>
  /** BAD_PASSPHRASE, BAD_BACKUP, BAD_SOURCE, DISK_FULL. */
  openFile (path: string, passphrase: string): Promise<BackupOpened>
}
