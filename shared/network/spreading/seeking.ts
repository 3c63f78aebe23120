import type { InnerCore } from 'hypercore'
import { type BlockRanges, rangesOf } from '../../format/block-ranges.ts'
import { BLOCK_BYTES } from '../../format/limits.ts'
import { AskedBlocks } from './asked-blocks.ts'
import { Awaited } from './awaited.ts'
import { chooseSource, type Source } from './choose-source.ts'
import { ease } from './easing.ts'
import type { Neighbour } from './neighbour.ts'
import { Scouts } from './scouts.ts'
import { Shares } from './shares.ts'
import { weightOf } from './weight.ts'

/** So many of the blocks that are wanted and not here are dealt out, from the first on. */
const HORIZON = 512
/** So much is asked of one node at once: what a line of 100 Mbit/s carries in 80 ms. */
const ASKED_BYTES = 1024 * 1024
const ASKED_LEAST = 16
const ASKED_MOST = 1024
/** Who comes first for a block says within this that it fetches it; then the next one does, after so much more. */
const PATIENCE_MS = 400
const NEXT_MS = 100
const LOOK_MS = 100
/** Blocks are dealt out at most so often. */
const DEAL_MS = 4

interface Run {
  start: number
  end: number
  /** Before those that are not. */
  first: boolean
  /** Told when all of its blocks were asked for, or are here. */
  onAsked: () => void
}

export interface SeekingParts {
  core: InnerCore
  /** The key by which others know this node. */
  self: () => Uint8Array | null
  neighbours: ReadonlyMap<unknown, Neighbour>
  /** What others are told has changed. */
  onChanged: () => void
}

/** Fetches the blocks of one core that are wanted: asks one node for each, and says which it fetches for all. */
export class Seeking {
  #parts: SeekingParts
  #asked: AskedBlocks
  /** In the order in which they are dealt out. */
  #runs: Run[] = []
  #taking = new Set<number>()
  /** Of those who fetch. */
  #shares = new Shares([])
  #awaited = new Awaited()
  /** Since when a block waits for somebody else to say that they fetch it. */
  #waiting = new Map<number, number>()
  #due: NodeJS.Timeout | null = null
  #dealtMs = -Infinity
  #timer: NodeJS.Timeout | null = null

  constructor (parts: SeekingParts) {
    this.#parts = parts
    this.#asked = new AskedBlocks(parts.core)
  }

  /** True while blocks are wanted that are not here. */
  get isSeeking (): boolean { return !this.#missing().next().done }

  /** Blocks that this node fetches for all. */
  get taking (): BlockRanges { return rangesOf([...this.#taking].map(block => [block, block + 1])) }

  wants (block: number): boolean {
    for (const { start, end } of this.#runs) if (block >= start && block < end) return true
    return false
  }

  /**
   * Until the returned function is called.
   *
   * @param end Infinity: what is to come, too
   * @param options.first before all that is wanted otherwise
   * @param options.onAsked told, of what is first, when all of it was asked for, or is here
   */
  want (start: number, end: number, { first = false, onAsked = () => {} } = {}): () => void {
    const run = { start, end, first, onAsked }
    const place = first ? this.#runs.findIndex(other => !other.first) : -1
    this.#runs.splice(place === -1 ? this.#runs.length : place, 0, run)
    this.lookSoon()
    return () => {
      if (!this.#runs.includes(run)) return
      this.#runs = this.#runs.filter(other => other !== run)
      onAsked()
      for (const neighbour of this.#neighbours) {
        for (const block of [...neighbour.asked.keys()]) if (!this.wants(block)) this.#asked.takeBack(neighbour, block)
      }
      if (this.#runs.length === 0) this.#stop()
      this.#parts.onChanged()
    }
  }

  #stop (): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    if (this.#due) clearTimeout(this.#due)
    this.#due = null
    this.#taking.clear()
    this.#waiting.clear()
  }

  /** Something has changed: who is there, what they have, or what is wanted. */
  lookSoon (): void {
    if (this.#due || this.#runs.length === 0) return
    this.#due = setTimeout(() => {
      this.#due = null
      this.#dealtMs = performance.now()
      this.#deal()
    }, Math.max(0, this.#dealtMs + DEAL_MS - performance.now())).unref()
  }

  /** A block is here. */
  arrived (block: number): void {
    this.#taking.delete(block)
    this.#waiting.delete(block)
    this.#asked.forget(block)
    this.lookSoon()
  }

  /** The other side has not what was asked of it. */
  refused (neighbour: Neighbour, block: number): void {
    this.#asked.forget(block)
    neighbour.refuses(block)
    this.lookSoon()
  }

  /** The connection is over, and with it all that was asked. */
  left (neighbour: Neighbour): void {
    for (const block of [...neighbour.asked.keys()]) this.#asked.forget(block)
    this.lookSoon()
  }

  get #neighbours (): Neighbour[] { return [...this.#parts.neighbours.values()] }

  /** Blocks that are wanted and not here, from the first on. */
  * #missing (): Generator<number> {
    const { core } = this.#parts
    let left = HORIZON
    for (const run of this.#runs) {
      for (const block of missingOf(core, run)) {
        if (left-- === 0) return
        yield block
      }
    }
  }

  #deal (): void {
    if (this.#parts.core.closed) return
    if (!this.isSeeking) return this.#tellAsked(true)
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
    const askable = this.#neighbours.filter(neighbour => neighbour.speaks === true && neighbour.canBeAsked)
    const takingBefore = this.#taking.size
    const self = this.#parts.self()
    const fetching = askable.filter(neighbour => neighbour.mayFetch && !neighbour.isComplete).map(({ key }) => key)
    const keys = [...self ? [self] : [], ...this.#coming(), ...fetching]
    if (!this.#shares.areOf(keys)) this.#shares = new Shares(keys)
    const most = this.#mostAsked()
    const missing = [...this.#missing()]
    const scouts = new Scouts(this.#parts.core, missing.length)
    for (const block of missing) {
      if (!this.#asked.has(block) && scouts.isDue(block)) this.#dealBlock(block, askable, most)
      if (this.#asked.has(block)) scouts.sent(block)
    }
    if (this.#taking.size !== takingBefore) this.#parts.onChanged()
    this.#tellAsked(askable.length > 0)
  }

  /** Where our channel is spoken the order of the runs is kept; else what Hypercore asks for is waited for. */
  #tellAsked (isSpoken: boolean): void {
    for (const run of this.#runs) {
      if (run.first && (isSpoken || [...missingOf(this.#parts.core, run)].every(block => this.#asked.has(block)))) run.onAsked()
    }
  }

  #dealBlock (block: number, askable: Neighbour[], most: number): void {
    const self = this.#parts.self()
    const shares = this.#shares
    const rank = self ? shares.rankOf(block, self) : 0
    const sources = askable.map(neighbour => sourceOf(neighbour, block, self, most))
    const sinceMs = this.#waiting.get(block)
    const overdue = sinceMs !== undefined && performance.now() - sinceMs > PATIENCE_MS + rank * NEXT_MS
    const { ask, takes } = chooseSource(sources, { rank, taking: this.#taking.has(block), overdue })
    if (takes) {
      if (overdue && self) this.#blamePassive(block, askable.filter(({ key }) => shares.rankOf(block, key) < rank))
      this.#taking.add(block)
    } else {
      this.#taking.delete(block)
    }
    if (ask) this.#asked.ask(ask.neighbour, block)
    if (takes || ask) this.#waiting.delete(block)
    else if (sinceMs === undefined && sources.some(({ has, hasRoom }) => has && hasRoom)) this.#waiting.set(block, performance.now())
  }

  /** Those of whom others have told that they fetch, and who are not connected yet. */
  #coming (): Uint8Array[] {
    const known = new Set(this.#neighbours.map(({ key }) => key.toString('hex')))
    const self = this.#parts.self()
    if (self) known.add(Buffer.from(self).toString('hex'))
    const told = new Map<string, Uint8Array>()
    for (const neighbour of this.#neighbours) for (const [id, key] of neighbour.coming()) told.set(id, key)
    return this.#awaited.count(told, id => known.has(id))
  }

  #mostAsked (): number {
    const { length, byteLength } = this.#parts.core.state
    const blockBytes = length > 0 ? Math.min(BLOCK_BYTES, byteLength / length) : BLOCK_BYTES
    return Math.min(ASKED_MOST, Math.max(ASKED_LEAST, Math.round(ASKED_BYTES / Math.max(1, blockBytes))))
  }

  /** Who came first for a block and has not said for long that they fetch anything: nobody waits for them again. */
  #blamePassive (block: number, before: Neighbour[]): void {
    for (const neighbour of before) if (neighbour.mayFetch && !neighbour.part.isSeeking && !neighbour.has(block)) neighbour.foundPassive()
  }

  /** Time has passed: who comes first for a block may have had theirs, and some may have more to do than others. */
  #look (): void {
    if (this.#parts.core.closed || !this.isSeeking) {
      if (this.#timer) clearInterval(this.#timer)
      this.#timer = null
      return
    }
    for (const block of ease(this.#neighbours, this.#asked)) this.#taking.delete(block)
    this.#parts.onChanged()
    this.lookSoon()
  }
}

function * missingOf ({ bitfield, state }: InnerCore, { start, end }: Run): Generator<number> {
  const last = Math.min(end, state.length)
  for (let block = bitfield.firstUnset(start); block !== -1 && block < last; block = bitfield.firstUnset(block + 1)) yield block
}

function sourceOf (neighbour: Neighbour, block: number, self: Uint8Array | null, most: number): Source & { neighbour: Neighbour } {
  const { part: { isWriter }, isComplete, asked: { size: asked } } = neighbour
  const has = neighbour.has(block)
  const takes = neighbour.takes(block)
  const hasRoom = asked < (has ? most : ASKED_MOST)
  return { neighbour, has, takes, isWriter, isComplete, isBefore: takes && self !== null && isBefore(neighbour.key, self, block), hasRoom, asked }
}

function isBefore (key: Uint8Array, other: Uint8Array, block: number): boolean {
  return weightOf(block, key) >= weightOf(block, other)
}
