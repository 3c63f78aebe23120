import { EventEmitter } from 'node:events'
import type { WritingPart } from '../../console/server/history-parts.ts'
import type { LocksPart } from '../../console/server/lock-parts.ts'
import type { CustodyPart, EnrolmentPart, InvitationsPart, RevisingPart, RootPart } from '../../console/server/parts.ts'
import type { BackupsPart, RestoringPart, ResumingPart } from '../../console/server/restoring-parts.ts'
import type { KeyState } from '../../shared/api/newsletters.ts'
import type { Revised, Revision } from '../../shared/api/revisions.ts'
import type { Restoration } from '../../shared/api/restoring.ts'
import type { Proposal, RootChange } from '../../shared/api/root.ts'
import type { WordCustody, WordSets } from '../../shared/api/words.ts'
import { OWN } from './samples.ts'

/** Has words for every newsletter, and tells by them what it was asked. */
export class MemoryCustody extends EventEmitter<{ wordsChanged: [address: string] }> implements CustodyPart {
  #sealed = false
  unconfirmed (): boolean { return true }
  async describe (): Promise<WordCustody> { return { sets: 1, threshold: 1, unconfirmed: ['KEY'], sealed: this.#sealed, next: null } }
  async show (_address: string, passphrase = 'none'): Promise<WordSets> { return { sets: [{ key: 'KEY', words: `shown with ${passphrase}`, next: false }] } }
  async confirm (address: string): Promise<void> { this.emit('wordsChanged', address) }
  async seal (): Promise<void> { this.#sealed = true }
}

/** Nothing is known against any writer. */
export class MemoryWriting extends EventEmitter<{ troubleChanged: [address: string] }> implements WritingPart {
  trouble (): null { return null }
}

/** Has keys of one newsletter. */
export class MemoryLocks extends EventEmitter<{ keysChanged: [address: string] }> implements LocksPart {
  addresses = [OWN]
  asked: unknown[] = []
  #state: KeyState = 'plain'
  stateOf (address: string): KeyState | null { return address === OWN ? this.#state : null }
  async lock (...asked: unknown[]): Promise<void> { this.#become('locked', asked) }
  async unlock (addresses: string[], passphrase: string, forGood: boolean): Promise<void> { this.#become(forGood ? 'plain' : 'unlocked', [addresses, passphrase]) }

  #become (state: KeyState, asked: unknown[]): void {
    this.#state = state
    this.asked.push(asked)
    this.emit('keysChanged', OWN)
  }
}

/** Tells by what it gives back what it was asked. */
export class MemoryRoot implements RootPart {
  async propose (newsletter: string, change: RootChange): Promise<Proposal> { return proposal(newsletter, change.kind) }
  async read (text: string): Promise<Proposal> { return proposal('', text) }
  async sign (text: string, { words }: { words?: string }): Promise<Proposal> { return proposal('', `${text} ${words}`) }
  async publish (text: string): Promise<{ newsletter: string, number: number }> { return { newsletter: text, number: 1 } }
}

function proposal (newsletter: string, text: string): Proposal {
  return { text, newsletter, number: 1, effects: [], notes: [], signers: [], complete: false }
}

/** Tells by what it gives back what it was asked. */
export const memoryRestoring: RestoringPart = {
  start: async (words, address) => ({ ...nothingFound, newsletters: [{ ...found, title: `${words} ${address}` }] }),
  stop: async () => {},
  progress: async () => nothingFound,
  propose: async (newsletter, { reason }) => proposal(newsletter, reason ?? '')
}

export const memoryResuming: ResumingPart = { resume: async (address, { timeoutMs }) => ({ writer: `${address} in ${timeoutMs}` }) }

/** Tells by what it gives back what it was asked. */
export const memoryBackups: BackupsPart = {
  make: async (path, passphrase) => ({ path: path ?? 'home', sizeBytes: passphrase.length, counts: { newsletters: 0, drafts: 0, marks: 0 }, writers: [], wordsLeftOut: [] }),
  openFile: async (device, passphrase) => ({
    at: passphrase, device, taken: { newsletters: 0, drafts: 0, marks: 0 }, draftsThere: 0, settings: false, settingsTaken: [], written: [], keptThere: []
  })
}

const nothingFound: Restoration = { since: '2026-01-05T00:00:00.000Z', looking: 1, newsletters: [] }
const found: Restoration['newsletters'][number] = {
  newsletter: 'a', link: 'colporteur://a', title: '', state: 'ready', problem: null, peers: 1, informed: 0, threshold: 1, writers: []
}

export const memoryInvitations: InvitationsPart = { invite: async (address, { name }) => `${name} to ${address}` }

export const memoryEnrolment: EnrolmentPart = {
  accept: async invitation => ({ newsletter: '', acceptance: `yes to ${invitation}` }),
  leave: async () => ({ writer: 'w1', wrote: true }),
  writerHere: async () => 'w1'
}

/** Tells in the title what it was asked. */
export const memoryRevising: RevisingPart = {
  correct: async (_address, id, _source, { change, note }) => revised(id, change, `${change}: ${note}`),
  retract: async (_address, id, note) => revised(id, 'retraction', note),
  erase: async (_address, id, note) => ({ ...revised(id, 'erasure', note), freedBytes: 7 })
}

function revised (id: string, change: string, title: string): Revised {
  return { outcome: 'published', id, ref: id, title, revision: 2, change, notes: [] }
}

export const revision: Revision = {
  revision: 1, change: 'original', note: '', title: 'One', at: '2026-01-05T00:00:00.000Z', writer: 'w1', writerName: 'laptop', manifestHash: 'h',
  verified: true, problem: null, readable: true
}
