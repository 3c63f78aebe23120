import type Corestore from 'corestore'
import type { Range, ReplicationPeer } from 'hypercore'
import { DRIVE_BLOCKS } from '../format/limits.ts'

/**
 * Ends a connection whose announcements reach past {@link DRIVE_BLOCKS}, before hypercore allocates for them: a peer
 * that knows a drive's key could otherwise stall or swell the node with one message. Wraps the handlers of
 * hypercore 11.37.1 (`lib/replicator.js`, class Peer); a test fails when they change.
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
  const { onsync, onrequest, onwant, onunwant, onbitfield, onrange } = peer

  peer.onsync = async message => {
    if (!isLength(message.length) || !isLength(message.remoteLength)) return refuse('sync')
    await onsync.call(peer, message)
  }
  peer.onrequest = async message => {
    if (message.block && !isLength(message.block.index)) return refuse('request')
    await onrequest.call(peer, message)
  }
  peer.onwant = message => { isRange(message) ? onwant.call(peer, message) : refuse('want') }
  peer.onunwant = message => { isRange(message) ? onunwant.call(peer, message) : refuse('unwant') }
  peer.onbitfield = message => {
    const fits = isLength(message.start) && isLength(message.start + message.bitfield.byteLength * 8)
    fits ? onbitfield.call(peer, message) : refuse('bitfield')
  }
  peer.onrange = async message => {
    if (!isRange(message)) return refuse('range')
    await onrange.call(peer, message)
  }
}

function isLength (value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= DRIVE_BLOCKS
}

function isRange ({ start, length }: Range): boolean {
  return isLength(start) && isLength(length) && isLength(start + length)
}
