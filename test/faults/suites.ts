import { disk } from './disk.ts'
import { mute } from './mute.ts'
import { strangers } from './strangers.ts'
import type { Suite } from './suite.ts'

/** By the names that `npm run faults -- NAME` takes. */
export const SUITES: Record<string, Suite> = { mute, strangers, disk }
