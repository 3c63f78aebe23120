import type Corestore from 'corestore'
import type { Proof, Range, ReplicationPeer, WireRequest } from 'hypercore'
import { AppError } from '../errors.ts'
import { DRIVE_BLOCKS } from '../format/limits.ts'
import type { PeerBudget } from './peer-budget.ts'
import type { PeerBudgets } from './peer-budgets.ts'
import { watchPeers } from './watch-peers.ts'

/**
 * So many blocks of a core may one connection say within a window to have, or to have no more: 128 GiB. Hypercore marks
 * each by itself, but where it has all from the first one on.
 */
const ANNOUNCED_BLOCKS = 2 ** 21
const WINDOW_MS = 10_000
/** Requests that wait for an answer; an honest node has a few thousand. */
const WAITING_MOST = 8_192
/** Nodes in each part of a proof: in a tree of {@link DRIVE_BLOCKS} one leads over 24 to the top, and there are as many roots. */
const NODES_MOST = 128

export type OnRefused = (peer: ReplicationPeer, what: string) => void

/**
 * Ends a connection whose announcements reach past {@link DRIVE_BLOCKS}, or are dear and many, before hypercore works
 * on them: a peer that knows a drive's key could otherwise stall or swell the node with a few messages. What is asked, and
 * what comes without having been asked for, is counted, see {@link PeerBudget}. Wraps the handlers of hypercore 11.37.1
 * (`lib/replicator.js`, class Peer); a test fails when they change.
 */
export function guardBounds (store: Corestore, onRefused: OnRefused, budgets: PeerBudgets): void {
  watchPeers(store, peer => guardPeer(peer, onRefused, budgets.of(peer.stream)))
}

/** Wraps the handlers of one peer. Exported for its test. */
export function guardPeer (peer: ReplicationPeer, onRefused: OnRefused, budget: PeerBudget): void {
  // Thrown at once, it stops the whole batch, and ends the connection.
  const demand = (holds: boolean, what: string): void => {
    if (holds) return
    onRefused(peer, what)
    throw new AppError('BAD_FORMAT', `The ${what} of a peer is none that an honest one would send.`)
  }
  const announced = new Announced()
  const asked = new Set<number>()
  const { onsync, onrequest, onwant, onunwant, onbitfield, onrange, ondata, onnodata, wireRequest, wireBitfield } = peer

  peer.onsync = message => {
    budget.is('sync')
    demand(isLength(message.length) && isLength(message.remoteLength), 'sync')
    return onsync.call(peer, message)
  }
  peer.onrequest = message => {
    budget.isRequest()
    demand(isRequest(message), 'request')
    demand(peer.remoteRequests.size < WAITING_MOST, 'number of requests')
    return onrequest.call(peer, message)
  }
  peer.onwant = message => {
    budget.is('want')
    demand(isRange(message), 'want')
    onwant.call(peer, message)
  }
  peer.onunwant = message => {
    demand(isRange(message), 'unwant')
    onunwant.call(peer, message)
  }
  peer.onbitfield = message => {
    budget.isBitfield(message.bitfield.byteLength)
    demand(isLength(message.start) && isLength(message.start + message.bitfield.byteLength * 8), 'bitfield')
    onbitfield.call(peer, message)
  }
  peer.onrange = message => {
    budget.is('range')
    demand(isRange(message) && ((message.start === 0 && !message.drop) || announced.hasRoomFor(message.length)), 'range')
    return onrange.call(peer, message)
  }
  peer.wireBitfield = {
    ...wireBitfield,
    send: message => {
      budget.owes(message.bitfield.byteLength, peer.protomux.drained)
      return wireBitfield.send(message)
    }
  }
  // What was taken back may be on its way all the same, and its number is given again.
  peer.wireRequest = {
    ...wireRequest,
    send: message => {
      if (message.id !== 0) asked.add(message.id)
      return wireRequest.send(message)
    }
  }
  peer.ondata = message => {
    if (asked.delete(message.request)) budget.isAnswer()
    else if (message.block) budget.isPushed()
    demand(isProof(message), 'data')
    return ondata.call(peer, message)
  }
  peer.onnodata = message => {
    asked.delete(message.request)
    onnodata.call(peer, message)
  }
}

/** What one connection has said of one core. */
class Announced {
  #startedMs = -Infinity
  #blocks = 0

  hasRoomFor (blocks: number): boolean {
    const nowMs = performance.now()
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

function isRequest ({ block, hash, seek, upgrade, manifest }: WireRequest): boolean {
  // Of one that asks for nothing Hypercore takes it that it was taken back, and waits for another that there is none of.
  if (!block && !hash && !seek && !upgrade && !manifest) return false
  return (!block || isLength(block.index)) && (!hash || isNode(hash.index)) && (!upgrade || isRange(upgrade))
}

function isProof ({ block, hash, upgrade }: Proof): boolean {
  if (block && !(isLength(block.index) && isFew(block.nodes))) return false
  if (hash && !(isNode(hash.index) && isFew(hash.nodes))) return false
  // Of a core that is empty here Hypercore looks at the last of the roots that one of no length does not bring.
  return !upgrade || (isRange(upgrade) && upgrade.length > 0 && isFew(upgrade.nodes) && isFew(upgrade.additionalNodes))
}

function isFew ({ length }: unknown[]): boolean { return length <= NODES_MOST }

/** Nodes of the tree lie between the blocks, which have the even numbers. */
function isNode (index: number): boolean {
  return Number.isSafeInteger(index) && isLength(Math.floor(index / 2))
}

function isRange ({ start, length }: Range): boolean {
  return isLength(start) && isLength(length) && isLength(start + length)
}
