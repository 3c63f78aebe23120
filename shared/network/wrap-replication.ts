import type Corestore from 'corestore'
import type { Connection } from 'hyperswarm'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { guardAnswers } from './answering.ts'
import { guardBounds, type OnRefused } from './bounds-guard.ts'
import { guardDamaged } from './damaged-blocks.ts'
import { type OtherHistory, watchHistories } from './histories/history-watch.ts'
import { Knocks } from './knocks.ts'
import { type CorePaces, paceReplication } from './paced-replication.ts'
import { PeerBudgets } from './peer-budgets.ts'
import { guardProgram } from './program-errors.ts'
import { ProvenPeers } from './proven-peers.ts'
import { guardSizes } from './signed-sizes.ts'
import { Spreading } from './spreading/spreading.ts'
import { StalledPeers } from './stalled-peers.ts'
import { watchVerified } from './verified-blocks.ts'

export interface ReplicationParts {
  log: Log
  /** The key by which others know this node; null off the network. */
  self: () => Uint8Array | null
  pacesOf: (coreKey: string) => CorePaces | null
  /** The first block whose proof holds has come by a connection. */
  onProven: (connection: Connection) => void
  onOtherHistory: (coreKey: string, other: OtherHistory) => void
  /** A block of a core can't be read any more. */
  onDamage: (coreKey: string) => void
}

export interface WrappedReplication { spreading: Spreading, stalled: StalledPeers, proven: ProvenPeers, budgets: PeerBudgets, knocks: Knocks }

/**
 * Everything that this node does otherwise than hypercore by itself when it exchanges blocks. The order counts: what comes
 * later sends nearer to the wire, and hears farther from it.
 */
export function wrapReplication (store: Corestore, { log, self, pacesOf, onProven, onOtherHistory, onDamage }: ReplicationParts): WrappedReplication {
  // Also of a core that a peer has opened: none follows a truncation by its writer.
  store.watch(core => {
    core.replicator.allowFork = false
    core.verifyReorg = async () => null // Hypercore would look at one before it leaves it
  })
  guardProgram(store, ({ remotePublicKey }, error) => log.error({ peer: short(remotePublicKey), err: error }, 'a message of a peer could not be dealt with'))
  const budgets = new PeerBudgets(({ remotePublicKey }, what) => log.warn({ peer: short(remotePublicKey), what }, 'refused a peer that says too much'))
  const onRefused: OnRefused = ({ remotePublicKey }, what) => log.warn({ peer: short(remotePublicKey), what }, 'refused what no honest peer says')
  guardBounds(store, onRefused, budgets)
  guardSizes(store)
  guardAnswers(store, onRefused)
  guardDamaged(store, ({ key }, error) => {
    log.warn({ error: messageOf(error) }, 'a block can not be read')
    if (key) onDamage(key.toString('hex'))
  })
  watchHistories(store, onOtherHistory)
  paceReplication(store, pacesOf)
  const stalled = new StalledPeers(store, ({ remotePublicKey }) => log.debug({ peer: short(remotePublicKey) }, 'does not answer'))
  const proven = new ProvenPeers(onProven)
  watchVerified(store, ({ stream }, sizeBytes, wasAsked) => {
    stalled.gave(stream)
    proven.gave(stream, wasAsked ? sizeBytes : 0)
  })
  // It sends nothing by itself, and takes things that the others have to see.
  return { stalled, proven, budgets, spreading: new Spreading(store, self), knocks: new Knocks(store) }
}

function short (key: Uint8Array): string {
  return Buffer.from(key).toString('hex').slice(0, 8)
}
