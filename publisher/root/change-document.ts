import type { RootChange, RootSaying } from '../../shared/api/root.ts'
import { AppError } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { MOST_SUCCESSORS } from '../../shared/format/limits.ts'
import type { RootChain, RootDocument } from '../../shared/format/root-chain.ts'
import type { SigningKey } from '../../shared/format/signature.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import type { Custody } from '../keys/custody.ts'
import type { Enrolment } from '../keys/enrolment.ts'
import { publicOf } from '../keys/new-newsletter.ts'
import type { OwnKeys } from '../keys/own-keys.ts'
import { createRootSecrets } from '../keys/stored-root.ts'
import type { OwnLibrary } from '../own-library.ts'
import type { Invitations } from './invitations.ts'
import { says } from './root-sayings.ts'
import { type Seal, withKeys, withSeals, withSuccessor, withWriter, withWriterChanged, writerIn } from './root-edits.ts'

export interface ChangeParts {
  keys: OwnKeys
  custody: Custody
  enrolment: Enrolment
  invitations: Invitations
  library: OwnLibrary
  roots: RootStore
  /** What this device is called unless told otherwise. */
  deviceName: string
}

/** What differs in the next root document, and what this node knows of it besides. */
export interface DocumentChange {
  change: Partial<RootDocument>
  notes: RootSaying[]
  /** Keys that come into the root, to sign it at once. */
  newKeys?: SigningKey[]
}

type Kinds = { [K in RootChange['kind']]: (change: Extract<RootChange, { kind: K }>, chain: RootChain, parts: ChangeParts) => Promise<DocumentChange> }

/** Works out what a change that somebody asks for makes of the root. Keys that it needs are on the disk afterwards, to be used when the root names them. */
export async function changeDocument (change: RootChange, chain: RootChain, parts: ChangeParts): Promise<DocumentChange> {
  const make = KINDS[change.kind] as (change: RootChange, chain: RootChain, parts: ChangeParts) => Promise<DocumentChange>
  return await make(change, chain, parts)
}

const KINDS: Kinds = {
  retire: async ({ writer, reason, lastIssue }, chain, { library }) => {
    const { seal, note } = await sealFor(chain, writer, reason, library, lastIssue)
    return { change: withSeals(chain.newest, new Map([[writer, seal]])), notes: [note] }
  },
  takeOver: async ({ writers, reason, name }, chain, { enrolment, library, deviceName }) => {
    const seals = await sealsFor(chain, writers, reason, library)
    const next = await enrolment.keysToCome(chain.address)
    const sealed = withSeals(chain.newest, seals.seals)
    return { change: { ...sealed, ...withWriter({ writers: sealed.writers! }, { name: name ?? deviceName, ...publicOf(next) }) }, notes: seals.notes }
  },
  admit: async ({ acceptance }, { address, newest }, { invitations }) =>
    ({ change: withWriter(newest, await invitations.accepted(address, acceptance)), notes: [] }),
  writer: async ({ writer, name, expires }, { newest }) => ({ change: withWriterChanged(newest, writer, { name, expires }), notes: [] }),
  keys: async ({ sets, threshold, passphrase, anew = false }, { address }, { custody, keys }) => {
    if (passphrase === undefined && keys.lockOf(address)) throw new AppError('BAD_PASSPHRASE', 'The keys of this newsletter are sealed with a passphrase, and new words would lie beside them without one. Give a passphrase for the words, too: --seal.')
    if (threshold > sets) throw new AppError('BAD_REQUEST', `Of ${sets} sets of words, ${threshold} can not act together.`)
    const secrets = createRootSecrets(sets)
    await custody.keepNext(address, secrets, passphrase ?? null, anew)
    return {
      newKeys: secrets.map(({ key }) => key),
      change: withKeys({ keys: secrets.map(({ key }) => key.publicKey), threshold }),
      notes: [says('newWords')]
    }
  },
  state: async ({ state }, chain, { library }) => {
    if (state !== 'ended') {
      if (chain.newest.state === 'ended') throw new AppError('CONFLICT', 'This newsletter has ended, and that is for good: every writer was retired. Start another, and name it with "colporteur root successor".')
      return { change: { state }, notes: [] }
    }
    const open = chain.newest.writers.filter(({ sealed }) => !sealed).map(({ id }) => id)
    const { seals, notes } = await sealsFor(chain, open, 'The newsletter has ended.', library)
    return { change: { state, ...withSeals(chain.newest, seals) }, notes }
  },
  successor: async ({ successor }, { address }, { roots }) => {
    const change = withSuccessor(address, successor)
    await checkSuccession(address, change.successor ?? null, roots)
    return { change, notes: [] }
  }
}

/** @throws AppError CONFLICT when it would lead back here, as far as the roots are known */
async function checkSuccession (address: Address, successor: Address | null, roots: RootStore): Promise<void> {
  for (let next = successor, far = 0; next && far <= MOST_SUCCESSORS; far++) {
    const after: Address | null = (await roots.get(next))?.chain.newest.successor ?? null
    if (after === address) throw new AppError('CONFLICT', `${formatAddress(next)} names this newsletter as the one that continues it. Two newsletters can not continue each other.`)
    next = after
  }
}

async function sealsFor (chain: RootChain, writers: string[], reason: string, library: OwnLibrary): Promise<{ seals: Map<string, Seal>, notes: RootSaying[] }> {
  const seals = new Map<string, Seal>()
  const notes: RootSaying[] = []
  for (const id of writers) {
    const { seal, note } = await sealFor(chain, id, reason, library)
    seals.set(id, seal)
    notes.push(note)
  }
  return { seals, notes }
}

async function sealFor (
  { address, newest }: RootChain, writer: string, reason: string, library: OwnLibrary, lastIssue?: string
): Promise<{ seal: Seal, note: RootSaying }> {
  writerIn(newest, writer)
  const { length, treeHash, peers, issues, after } = await library.seen(address, writer, lastIssue)
  const at = new Date().toISOString()
  return {
    seal: { length, treeHash, at, reason },
    note: says('sealRests', { writer, block: length, issues, peers: peers.length, names: peers.join(', '), at, after })
  }
}
