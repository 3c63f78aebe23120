import type { PassphraseCost } from '../../shared/format/passphrase.ts'

/** What a passphrase costs in tests, which try many: next to nothing. What it costs everybody else, the tests of the command line see. */
export const CHEAP: PassphraseCost = { opsLimit: 1, memLimitBytes: 8192 }
