import type { Socket } from 'node:net'
import type { Clock } from '../peer-conduct.ts'
import type { LanNode } from './lan-discovery.ts'

/** Nodes of one network that are dealt with, and those of one machine: whoever floods it with names gets no more memory, and nobody called. */
export const NODES = 128
export const NODES_PER_HOST = 16
/** So long a node is believed to be there that is not heard again; an honest one answers every few seconds. */
export const BELIEF_MS = 2 * 60_000
/** One that was silent for longer and is heard again has come back, as when a cable is put in. */
export const SILENCE_MS = 20_000
/** So long one keeps its place at least: until it was called, and until it was called although it might have called itself. */
export const HOLD_MS = 15_000

/** A node that was heard. */
export interface Found {
  node: LanNode
  foundMs: number
  heardMs: number
  /** Calls in a row that did not lead to a connection that lasted. */
  attempts: number
  /** Until the next call. */
  timer: NodeJS.Timeout | null
  socket: Socket | null
  /** Who it is, in hex, since it was reached. */
  key: string | null
}

export interface FoundNodesParts {
  /** Whether there is a connection to a node, of whatever kind, by its key in hex. */
  isConnected: (key: string) => boolean
  onLetGo: (found: Found) => void
  now?: Clock
}

/**
 * The nodes that were heard, by where they can be called: nobody gets another one's place by taking its name. When places are
 * short, one to whom no connection has come about makes room, who was found longest ago.
 */
export class FoundNodes {
  #parts: FoundNodesParts
  #now: Clock
  #found = new Map<string, Found>()

  constructor (parts: FoundNodesParts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
  }

  get all (): Found[] { return [...this.#found.values()] }

  /** Gives who is to be called: who is new here, or has come back. */
  hear (node: LanNode): Found | null {
    const nowMs = this.#now()
    this.#letGoOld()
    const known = this.#found.get(placeOf(node))
    if (!known) return this.#add(node, nowMs)
    const silentMs = nowMs - known.heardMs
    Object.assign(known, { node, heardMs: nowMs })
    if (silentMs < SILENCE_MS) return null
    known.attempts = 0
    return known
  }

  /** Whether it is still believed to be there. */
  has (found: Found): boolean {
    this.#letGoOld()
    return this.#found.get(placeOf(found.node)) === found
  }

  /** It says itself that it goes. */
  leave ({ name, host }: Pick<LanNode, 'name' | 'host'>): void {
    for (const found of this.all) if (found.node.name === name && found.node.host === host) this.letGo(found)
  }

  letGo (found: Found): void {
    this.#found.delete(placeOf(found.node))
    this.#parts.onLetGo(found)
  }

  #add (node: LanNode, nowMs: number): Found | null {
    const ofHost = this.all.filter(({ node: { host } }) => host === node.host)
    if (ofHost.length >= NODES_PER_HOST && !this.#makeRoom(ofHost)) return null
    if (this.#found.size >= NODES && !this.#makeRoom(this.all)) return null
    const found: Found = { node, foundMs: nowMs, heardMs: nowMs, attempts: 0, timer: null, socket: null, key: null }
    this.#found.set(placeOf(node), found)
    return found
  }

  /** False: each of them has a connection, or is too new. */
  #makeRoom (among: Found[]): boolean {
    const { isConnected } = this.#parts
    const leaving = among.filter(({ foundMs, key }) => this.#now() - foundMs >= HOLD_MS && (key === null || !isConnected(key)))
      .sort((a, b) => Number(a.key !== null) - Number(b.key !== null) || a.foundMs - b.foundMs)[0]
    if (leaving) this.letGo(leaving)
    return leaving !== undefined
  }

  #letGoOld (): void {
    for (const found of this.all) if (this.#now() - found.heardMs >= BELIEF_MS) this.letGo(found)
  }
}

function placeOf ({ host, port }: LanNode): string { return `${host}:${port}` }
