import type { InflightRequest, InnerCore, ReplicationPeer } from 'hypercore'
import type { Connection } from 'hyperswarm'
import { covers } from '../../format/block-ranges.ts'
import type { Part, Seekers, Taking } from '../../format/spread-messages.ts'
import { SpreadChannel } from './spread-channel.ts'

/** A node that was told of and is not connected is waited for so long. */
const COMING_MS = 3_000
/** What it has said not to have it is not asked for again for so long: it may have it by then. */
const REFUSED_MS = 1_000
/** Who has said that of so many, and given none since, is asked for nothing for so long. */
const REFUSALS_MOST = 32
const REFUSING_MS = 10_000
/** Who was to fetch a block, and has not said so, is waited for no more for so long, unless it says that it fetches. */
const PASSIVE_MS = 30_000
/** Who says that it fetches a block is waited for so long while it gets none: the author's line may be slow, and those who share it many. */
const STUCK_MS = 4_000

export interface NeighbourListener {
  onChanged (neighbour: Neighbour): void
  onSpeaks (neighbour: Neighbour): void
}

/** A connected node, as one core sees it. */
export class Neighbour {
  readonly peer: ReplicationPeer
  /** Blocks that were asked of it and have not come. */
  readonly asked = new Map<number, { request: InflightRequest, sinceMs: number }>()
  /** Null: whether it speaks our channel is not known yet. */
  speaks: boolean | null = null
  part: Part = { isWriter: false, isSeeking: false }
  /** When a block came from it last, on the clock of `performance.now()`. */
  blockMs = -Infinity
  #gainedMs = -Infinity
  #core: InnerCore
  #channel: SpreadChannel
  #taking: Taking = []
  #told = new Map<string, { key: Uint8Array, atMs: number }>()
  /** Blocks that it has said not to have after all, and when. */
  #refused = new Map<number, number>()
  #refusals = 0
  #refusingUntilMs = -Infinity
  #passiveMs = -Infinity
  #said = { part: '', seekers: '', taking: '' }

  constructor (core: InnerCore, peer: ReplicationPeer, listener: NeighbourListener) {
    this.#core = core
    this.peer = peer
    this.#channel = new SpreadChannel(peer, core.discoveryKey, {
      onSpeaks: () => {
        this.speaks = true
        listener.onSpeaks(this)
      },
      onSilent: () => {
        this.speaks = false
        listener.onChanged(this)
      },
      onPart: part => {
        this.part = part
        if (part.isSeeking) this.#passiveMs = -Infinity
        listener.onChanged(this)
      },
      onSeekers: keys => {
        this.#hearSeekers(keys)
        listener.onChanged(this)
      },
      onTaking: taking => {
        this.#taking = taking
        listener.onChanged(this)
      }
    })
    if (!this.#channel.exists) this.speaks = false
  }

  get key (): Buffer { return this.peer.remotePublicKey }

  get connection (): Connection { return this.peer.stream }

  has (block: number): boolean { return this.peer._remoteHasBlock(block) && !this.#hasRefused(block) }

  /** It has all that there is, as far as it is known here, and fetches nothing. */
  get isComplete (): boolean { return !this.part.isSeeking && this.peer.remoteContiguousLength >= this.#core.state.length }

  takes (block: number): boolean { return !this.#isPassive && covers(this.#taking, block, block + 1) && !this.#hasRefused(block) }

  /** It may fetch what it lacks. */
  get mayFetch (): boolean {
    return this.speaks === true && this.peer.remoteDownloading && !this.part.isWriter && !this.#isPassive
  }

  get #isPassive (): boolean { return performance.now() - this.#passiveMs < PASSIVE_MS }

  /** It can be asked: same history, and it answers; see {@link StalledPeers}. */
  get canBeAsked (): boolean {
    const { peer } = this
    if (performance.now() < this.#refusingUntilMs) return false
    return peer.remoteOpened && peer.isActive() && peer.remoteUploading && peer.remoteFork === this.#core.state.fork && peer.getMaxInflight() > 0
  }

  /** Others that it has told to be fetching, and that may be connected soon: their keys, in hex and as they are. */
  * coming (): Generator<[id: string, key: Uint8Array]> {
    const since = performance.now() - COMING_MS
    for (const [id, { key, atMs }] of this.#told) if (atMs > since) yield [id, key]
  }

  #hasRefused (block: number): boolean {
    const refusedMs = this.#refused.get(block)
    if (refusedMs === undefined) return false
    if (performance.now() - refusedMs < REFUSED_MS) return true
    return !this.#refused.delete(block)
  }

  /** It says not to have a block: an honest one that it was to fetch, and does not any more. */
  refuses (block: number): void {
    const nowMs = performance.now()
    this.#refused.set(block, nowMs)
    if (++this.#refusals < REFUSALS_MOST) return
    this.#refusals = 0
    this.#refusingUntilMs = nowMs + REFUSING_MS
  }

  /** It was to fetch a block and has not said that it does, or says so and nothing comes to it. */
  foundPassive (): void { this.#passiveMs = performance.now() }

  /** It has got a block, by its own word. */
  gained (): void { this.#gainedMs = performance.now() }

  /** A block was asked of it that it was to fetch, and it has fetched nothing at all for long. */
  isStuck (block: number): boolean {
    const asked = this.asked.get(block)
    return asked !== undefined && !this.has(block) && performance.now() - Math.max(asked.sinceMs, this.#gainedMs) > STUCK_MS
  }

  came (block: number): void {
    this.blockMs = performance.now()
    this.#refused.delete(block)
    this.#refusals = 0
  }

  /** Says what has changed since it was said last. */
  say (part: Part, seekers: Seekers, taking: Taking): void {
    if (!this.#channel.isOpen) return
    if (this.#isNew('part', JSON.stringify(part))) this.#channel.sendPart(part)
    if (this.#isNew('seekers', Buffer.concat(seekers).toString('hex'))) this.#channel.sendSeekers(seekers)
    if (this.#isNew('taking', JSON.stringify(taking))) this.#channel.sendTaking(taking)
  }

  close (): void { this.#channel.close() }

  #isNew (what: 'part' | 'seekers' | 'taking', text: string): boolean {
    // What an empty list says is what is taken for granted.
    if (this.#said[what] === text || (this.#said[what] === '' && text === '[]')) return false
    this.#said[what] = text
    return true
  }

  #hearSeekers (keys: Seekers): void {
    const before = this.#told
    const now = performance.now()
    this.#told = new Map(keys.map(key => {
      const id = Buffer.from(key).toString('hex')
      return [id, { key, atMs: before.get(id)?.atMs ?? now }]
    }))
  }
}
