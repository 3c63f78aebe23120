import { chaos } from './chaos.ts'
import { disk } from './disk.ts'
import { documents } from './documents.ts'
import { drives } from './drives.ts'
import { flips } from './flips.ts'
import { frames } from './frames.ts'
import { hang } from './hang.ts'
import { kill } from './kill.ts'
import { mute } from './mute.ts'
import { power } from './power.ts'
import { rollback } from './rollback.ts'
import { split } from './split.ts'
import { strangers } from './strangers.ts'
import type { Suite } from './suite.ts'
import { web } from './web.ts'

/** By the names that `npm run faults -- NAME` takes. */
export const SUITES: Record<string, Suite> = { kill, power, rollback, split, documents, drives, frames, mute, strangers, disk, flips, web, hang, chaos }
