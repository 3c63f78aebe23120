import type { Log } from '../../shared/log.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import type { Wish } from '../policy/extent.ts'
import type { Compacting } from './compacting.ts'
import type { Downloads } from './downloads.ts'
import type { IntakeParts } from './intake.ts'

/** What {@link Follower} works with. */
export interface FollowerParts {
  peer: Peer
  meeting: Meeting
  roots: RootStore
  histories: Histories
  receipts: Receipts
  library: Library
  downloads: Downloads
  compacting: Compacting
  /** What of an issue is to be held here. */
  wish: (issue: LibraryIssue) => Promise<Wish>
  /** See {@link IntakeParts.onCorrectionOver}. */
  onCorrectionOver: IntakeParts['onCorrectionOver']
  /** Whether readers say what they hold, where they did not say otherwise. */
  tellsReceipts: boolean
  /** False: what others wrote that the library does not know yet stays unread, however much of it is here. */
  readsNew: boolean
  /** What the indexes of all drives of a newsletter may take together. */
  mostIndexBytes: number
  log: Log
}
