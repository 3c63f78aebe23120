import type { KeyState } from '../../shared/api/newsletters.ts'

const WORDS: Record<KeyState, string> = {
  plain: 'keys on this machine without a passphrase, for you alone',
  locked: 'locked: nothing is published until "colporteur unlock"',
  unlocked: 'unlocked until the node ends, or "colporteur lock"'
}

/** How the keys by which this device writes lie on it. */
export function keysInWords (keys: KeyState): string {
  return WORDS[keys]
}
