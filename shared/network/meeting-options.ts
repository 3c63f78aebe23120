import type { Log } from '../log.ts'
import type { Peer } from './peer.ts'
import type { RememberedPeers } from './remembered-peers.ts'
import type { RootStore } from './root-store.ts'

export interface MeetingOptions {
  peer: Peer
  roots: RootStore
  /** Null: nobody is known from before. */
  remembered?: RememberedPeers | null
  log: Log
}

/**
 * How a node is met about a newsletter. `announced`: whoever looks for the newsletter finds it. `looking`: it leaves no record in
 * the DHT, but says to everybody with whom it is connected that it knows it. `quiet`: it leaves no record, and says so only to
 * those who say so first, or with whom it was shared before; so nobody finds it in the local network either.
 */
export type Openness = 'announced' | 'looking' | 'quiet'
