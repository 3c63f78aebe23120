import type { Link } from './shaped-network.ts'

/** What happens around an issue. */
export interface Mode {
  /** For who reads the rows. */
  what: string
  /** Readers follow already and are connected when the issue is published; else it is there, and they learn the address all at once. */
  isConnected: boolean
  /** What becomes of the author: it goes when one reader has everything, before the others begin; or when it has sent everything once. */
  authorGoes?: 'before' | 'sentOnce'
  /** So many of the readers, as a share, end with a kill when they have half of it. */
  leaving?: number
  /** The line of a reader, where it is not the usual one. */
  linkOf?: (usual: Link, place: number) => Link
}

export const MODES: Record<string, Mode> = {
  connected: { what: 'readers follow and are connected when it is published', isConnected: true },
  cold: { what: 'readers learn the address all at once', isConnected: false },
  'one-left': { what: 'the author is off, one reader has everything, and the others learn the address all at once', isConnected: false, authorGoes: 'before' },
  'author-gone': { what: 'connected; the author is killed when it has sent everything once and stops to send', isConnected: true, authorGoes: 'sentOnce' },
  unequal: { what: 'connected; every second reader has a quarter of the line up', isConnected: true, linkOf: (usual, place) => place % 2 === 1 ? { ...usual, up: usual.up / 4 } : usual },
  'free-rider': { what: 'connected; one reader has a line that sends next to nothing', isConnected: true, linkOf: (usual, place) => place === 0 ? { ...usual, up: 256_000 } : usual },
  churn: { what: 'connected; a third of the readers is killed when they have half of it', isConnected: true, leaving: 1 / 3 }
}
