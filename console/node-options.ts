import type { Config } from '../shared/config.ts'
import type { PassphraseCost } from '../shared/format/passphrase.ts'
import type { Log } from '../shared/log.ts'
import type { AuditTiming } from '../shared/network/receipts/auditor.ts'
import type { DraftTiming } from '../publisher/drafts/draft-publishing.ts'
import type { ScrubTiming } from '../subscriber/following/scrubbing.ts'
import type { Environment } from './notify/run-hook.ts'
import type { Restarts } from './restarts.ts'

export interface NodeOptions {
  config: Config
  /** False: stay off the network, as a single order to a node that does not run. */
  network: boolean
  log: Log
  version: string
  /** When drafts go out; other than the usual for tests. */
  drafts?: DraftTiming
  /** That programs find around them which tell of new issues. */
  environment?: Environment
  /** How often copies are audited; other than the usual for tests. */
  audits?: AuditTiming
  /** When everything that is here is read through; other than the usual for tests. */
  scrub?: ScrubTiming
  /** What the indexes of a newsletter's drives may take together; other than the usual for tests. */
  mostIndexBytes?: number
  /**
   * What a passphrase costs that seals something here; less than the usual for tests, which try many. No setting, no file and no
   * variable of the environment says it: who can prepare those for somebody would weaken what is sealed there.
   */
  passphraseCost?: PassphraseCost
  /** Because it had failed. */
  restarts?: Restarts | null
}
