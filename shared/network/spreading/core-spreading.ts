import type { InnerCore, ReplicationPeer } from 'hypercore'
import { SEEKERS_TOLD } from '../../format/spread-messages.ts'
import { isShown } from '../signed-sizes.ts'
import { Giving } from './giving.ts'
import { Neighbour } from './neighbour.ts'
import type { Outbox } from './outbox.ts'
import { Seeking } from './seeking.ts'
import { UNASKED_BYTES, UNASKED_MS } from './unasked.ts'

/** What the others are told is gathered for so long. */
const SAY_MS = 5
/** Requests in flight are counted by us, and not by Hypercore. */
const NO_LIMIT: [number, number] = [4_096, 4_096]

/** So often may a peer send a newcomer what does not fit. */
const MISFITS = 3

interface SpreadingParts {
  self: () => Uint8Array | null
  outbox: Outbox
  /** There is no room for anything. */
  isHeld: () => boolean
}

export interface CoreKind {
  /** It is small and says what there is: its blocks go before those of others. */
  isIndex: boolean
}

/** How the blocks of one core spread among those who are connected. */
export class CoreSpreading {
  readonly #core: InnerCore
  readonly #isHeld: () => boolean
  #neighbours = new Map<ReplicationPeer, Neighbour>()
  #giving: Giving
  #seeking: Seeking
  #isWriter = false
  #isIndex = false
  /** Hypercore asks nobody for blocks who speaks our channel: {@link Seeking} does. */
  #isSteered = false
  #saying: NodeJS.Timeout | null = null
  /** Where the core ended before it grew, where it ends since, and how much has come unasked since. */
  #grown = { from: 0, to: 0, untilMs: -Infinity, bytes: 0 }

  constructor (core: InnerCore, { self, outbox, isHeld }: SpreadingParts) {
    this.#core = core
    this.#isHeld = isHeld
    this.#seeking = new Seeking({ core, self, neighbours: this.#neighbours, onChanged: () => this.#saySoon() })
    this.#giving = new Giving({
      core, outbox, isIndex: () => this.#isIndex, isWriter: () => this.#isWriter,
      givesOnce: () => !this.#seeking.isSeeking, isComing: block => this.#seeking.wants(block)
    })
    const { replicator } = core
    const { _addPeer, _removePeer, _updateHotswap } = replicator
    replicator._addPeer = peer => {
      this.#join(peer)
      _addPeer.call(replicator, peer)
    }
    replicator._removePeer = peer => {
      _removePeer.call(replicator, peer)
      this.#leave(peer)
    }
    // It asks two more for what is on its way from one.
    replicator._updateHotswap = peer => { if (!this.#isSteered) _updateHotswap.call(replicator, peer) }
  }

  /** This node writes the core. */
  write ({ isIndex }: CoreKind): void {
    this.#isWriter = true
    this.#isIndex = isIndex
    this.#saySoon()
  }

  /** Takes what is pushed, and fetches what is {@link want|wanted} and nothing else. */
  follow ({ isIndex }: CoreKind): void {
    this.#isSteered = true
    this.#isIndex = isIndex
    this.#grown.to = this.#core.state.length
    this.#core.replicator.setAllowPush(true)
    for (const neighbour of this.#neighbours.values()) this.#steer(neighbour)
  }

  /** See {@link Seeking.want}. */
  want (...wanted: Parameters<Seeking['want']>): () => void {
    const release = this.#seeking.want(...wanted)
    this.#saySoon()
    return () => {
      release()
      this.#giving.giveUp()
    }
  }

  /** See {@link Giving.publish}. */
  publish (start: number, end: number, bytes: number): void {
    this.#giving.publish(start, end, bytes)
  }

  #join (peer: ReplicationPeer): void {
    const neighbour = new Neighbour(this.#core, peer, {
      onChanged: () => {
        this.#seeking.lookSoon()
        this.#saySoon()
      },
      onSpeaks: () => {
        this.#steer(neighbour)
        peer.sendSync()
        this.#seeking.lookSoon()
        this.#saySoon()
      }
    })
    this.#neighbours.set(peer, neighbour)
    this.#giving.join(neighbour)
    this.#hear(neighbour)
  }

  #leave (peer: ReplicationPeer): void {
    const neighbour = this.#neighbours.get(peer)
    if (!neighbour) return
    this.#neighbours.delete(peer)
    this.#giving.leave(neighbour)
    this.#seeking.left(neighbour)
    neighbour.close()
    this.#saySoon()
  }

  #steer (neighbour: Neighbour): void {
    if (this.#isSteered && neighbour.speaks) neighbour.peer.inflightRange = NO_LIMIT
  }

  #hear (neighbour: Neighbour): void {
    const { peer } = neighbour
    const { replicator } = this.#core
    const { ondata, onnodata, onrange, onbitfield, onsync, wireSync, _requestRange, _requestRangeBatch } = peer
    // A plain Hypercore would prove new lengths in a way that does not fit; see giving.ts.
    peer.wireSync = { ...wireSync, send: message => wireSync.send({ ...message, allowPush: message.allowPush && neighbour.speaks === true }) }
    peer.ondata = async message => {
      const { block, request } = message
      // What proves a whole tree is to be compared with the one here, and nothing that was pushed: a newcomer can't check it yet.
      if (isShown(message)) {
        if (!await this.#core.checkConflict(message, peer)) peer.paused = false
        return
      }
      const isAsked = request > 0 && replicator._inflight.get(request)?.peer === peer
      if (block && !isAsked && !this.#accepts(block.index, block.value?.byteLength ?? 0)) return
      await ondata.call(peer, message)
      // Hypercore pauses for ever who sends to a newcomer, who can't check it yet, what does not fit. It may have crossed with another.
      if (peer.paused && this.#core.state.length === 0 && peer.stats.invalidData < MISFITS) {
        peer.paused = false
        replicator.queueUpdateAll()
      }
      // It may be known from now on that what is wanted exists.
      if (!block) return this.#seeking.lookSoon()
      // It does not fit to what is here: it may be of another history.
      if (!this.#core.bitfield.get(block.index)) return this.#seeking.refused(neighbour, block.index)
      neighbour.came(block.index)
      this.#seeking.arrived(block.index)
      this.#giving.arrived(block.index)
      if (!this.#seeking.isSeeking) this.#saySoon()
    }
    peer.onnodata = message => {
      const block = message.request > 0 ? replicator._inflight.get(message.request)?.block : null
      // Hypercore pauses for ever, and serves no more, who has said this a few dozen times; see Neighbour.refuses.
      if (neighbour.speaks) peer.stats.notAvailableBackoffs = 0
      onnodata.call(peer, message)
      if (block) this.#seeking.refused(neighbour, block.index)
    }
    peer.onrange = async message => {
      await onrange.call(peer, message)
      if (!message.drop) neighbour.gained()
      this.#seeking.lookSoon()
    }
    peer.onbitfield = message => {
      onbitfield.call(peer, message)
      this.#seeking.lookSoon()
    }
    peer.onsync = async message => {
      await onsync.call(peer, message)
      this.#seeking.lookSoon()
    }
    // Until it is known whether it speaks our channel, which takes as long as Hypercore's own takes to open, it is not asked.
    const isAsked = (): boolean => !this.#isSteered || neighbour.speaks === false
    peer._requestRangeBatch = (start, end, length) => isAsked() && _requestRangeBatch.call(peer, start, end, length)
    // Hypercore looks through everything that is wanted with every block that comes. Of who has it all there is nothing to learn.
    peer._requestRange = range => {
      const { remoteContiguousLength } = peer
      const hasAll = range.end === -1 ? remoteContiguousLength >= peer.remoteLength : remoteContiguousLength >= range.end
      return (isAsked() || !hasAll) && _requestRange.call(peer, range)
    }
  }

  /** Whether a block that was not requested is taken: one that is wanted, or that follows on what there was until now. */
  #accepts (block: number, bytes: number): boolean {
    const core = this.#core
    if (this.#isHeld() || !core.replicator.allowPush || core.bitfield.get(block)) return false
    if (this.#seeking.wants(block)) return true
    const grown = this.#grown
    const now = performance.now()
    const { length } = core.state
    if (length > grown.to) {
      const isOver = now > grown.untilMs
      this.#grown = { from: isOver ? grown.to : grown.from, to: length, untilMs: now + UNASKED_MS, bytes: isOver ? 0 : grown.bytes }
    }
    const isNew = block >= length || (block >= this.#grown.from && now < this.#grown.untilMs)
    if (!isNew || this.#grown.bytes + bytes > UNASKED_BYTES) return false
    this.#grown.bytes += bytes
    return true
  }

  #saySoon (): void {
    this.#saying ??= setTimeout(() => {
      this.#saying = null
      this.#say()
    }, SAY_MS).unref()
  }

  #say (): void {
    const part = { isWriter: this.#isWriter, isSeeking: this.#seeking.isSeeking }
    const { taking } = this.#seeking
    const seekers = [...this.#neighbours.values()].filter(({ part }) => part.isSeeking)
    for (const neighbour of this.#neighbours.values()) {
      // Who seeks, too, is told by those who have everything, and learns from all who takes what.
      const keys = part.isSeeking ? [] : seekers.filter(other => other !== neighbour).slice(-SEEKERS_TOLD).map(({ key }) => key)
      neighbour.say(part, neighbour.part.isSeeking ? keys : [], taking)
    }
  }
}
