import type Corestore from 'corestore'
import type { Range, ReplicationPeer } from 'hypercore'
import { DRIVE_BLOCKS } from '../format/limits.ts'

/**
 * So many blocks of a core may one connection say within a window to have, or to have no more: 128 GiB. Hypercore marks
 * each by itself, but where it has all from the first one on.
 */
const ANNOUNCED_BLOCKS = 2 ** 21
const WINDOW_MS = 10_000

/**
 * Ends a connection whose announcements reach past {@link DRIVE_BLOCKS}, or are dear and many, before hypercore works
 * on them: a peer that knows a drive's key could otherwise stall or swell the node with a few messages. Wraps the
 * handlers of hypercore 11.37.1 (`lib/replicator.js`, class Peer); a test fails when they change.
 */
export function guardBounds (store: Corestore, onRefused: (peer: ReplicationPeer, what: string) => void): void {
  store.watch(({ replicator }) => {
    const addPeer = replicator._addPeer.bind(replicator)
    replicator._addPeer = peer => {
      guardPeer(peer, onRefused)
      addPeer(peer)
    }
  })
}

/** Wraps the handlers of one peer. Exported for its test. */
export function guardPeer (peer: ReplicationPeer, onRefused: (peer: ReplicationPeer, what: string) => void): void {
  const refuse = (what: string): void => {
    onRefused(peer, what)
    peer.stream.destroy(new Error(`${what} out of bounds`))
  }
  const announced = new Announced()
  const { onsync, onrequest, onwant, onunwant, onbitfield, onrange } = peer

  peer.onsync = async message => {
    if (!isLength(message.length) || !isLength(message.remoteLength)) return refuse('sync')
    await onsync.call(peer, message)
  }
  peer.onrequest = async message => {
    const { block, hash, upgrade } = message
    if ((block && !isLength(block.index)) || (hash && !isNode(hash.index)) || (upgrade && !isRange(upgrade))) return refuse('request')
    await onrequest.call(peer, message)
  }
  peer.onwant = message => { isRange(message) ? onwant.call(peer, message) : refuse('want') }
  peer.onunwant = message => { isRange(message) ? onunwant.call(peer, message) : refuse('unwant') }
  peer.onbitfield = message => {
    const fits = isLength(message.start) && isLength(message.start + message.bitfield.byteLength * 8)
    fits ? onbitfield.call(peer, message) : refuse('bitfield')
  }
  peer.onrange = async message => {
    if (!isRange(message) || ((message.start > 0 || message.drop) && !announced.hasRoomFor(message.length))) return refuse('range')
    await onrange.call(peer, message)
  }
}

/** What one connection has said of one core. */
class Announced {
  #startedMs = 0
  #blocks = 0

  hasRoomFor (blocks: number): boolean {
    const nowMs = Date.now()
    if (nowMs - this.#startedMs > WINDOW_MS) {
      this.#startedMs = nowMs
      this.#blocks = 0
    }
    this.#blocks += blocks
    return this.#blocks <= ANNOUNCED_BLOCKS
  }
}

function isLength (value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= DRIVE_BLOCKS
}

/** Nodes of the tree lie between the blocks, which have the even numbers. */
function isNode (index: number): boolean {
  return Number.isSafeInteger(index) && isLength(Math.floor(index / 2))
}

function isRange ({ start, length }: Range): boolean {
  return isLength(start) && isLength(length) && isLength(start + length)
}
