import type { Address } from './address.ts'
import { addressBytes } from './address.ts'
import { read, write } from './binary.ts'
import { keyedBlake2b256 } from './hash.ts'
import { DRIVE_BLOCKS } from './limits.ts'
import type { RootChainFiles } from './root-chain.ts'
import { readRootChainFiles, writeRootChain } from './root-files.ts'

/** The messages of the channel `colporteur/1`, in the order of their types. Encodings are those of compact-encoding. */

const KNOWS = new TextEncoder().encode('colporteur/1 knows')
const PROOF_BYTES = 32
const KEY_BYTES = 32
const PROOFS = 4096
const DRIVES = 64
const PEERS = 16

/** Type 0: which newsletters the sender knows. Replaces what it sent before. */
export interface Hello { proofs: Uint8Array[] }

/** Type 1: what the sender has of a newsletter that both know. */
export interface State {
  proof: Uint8Array
  /** Length of the root chain; 0: none. */
  documents: number
  /** BLAKE2b-256 of the newest root document; zeros: none. */
  newest: Uint8Array
  drives: DriveState[]
}

/** Key of a drive, and how many blocks of its two cores are known. */
export interface DriveState { key: Uint8Array, index: number, blobs: number }

/** Type 2. */
export interface Root { proof: Uint8Array, chain: RootChainFiles }

/** Type 3: Noise keys of other nodes that share a newsletter. */
export interface Peers { proof: Uint8Array, keys: Uint8Array[] }

/**
 * Proves that the sender knows an address, on one connection: it can't be replayed on another, and tells nothing to
 * one that does not know the address.
 *
 * @param publicKey the sender's Noise key
 */
export function proofOf (address: Address, handshakeHash: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return keyedBlake2b256(addressBytes(address), KNOWS, handshakeHash, publicKey)
}

export function encodeHello ({ proofs }: Hello): Uint8Array {
  return write(to => {
    to.uint(proofs.length)
    for (const proof of proofs) to.fixed(proof)
  })
}

/** @throws AppError BAD_FORMAT, like all of these */
export function decodeHello (message: Uint8Array): Hello {
  return read(message, 'hello', from => ({ proofs: from.list(PROOFS, () => from.fixed(PROOF_BYTES)) }))
}

export function encodeState ({ proof, documents, newest, drives }: State): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(documents)
    to.fixed(newest)
    to.uint(drives.length)
    for (const { key, index, blobs } of drives) {
      to.fixed(key)
      to.uint(index)
      to.uint(blobs)
    }
  })
}

export function decodeState (message: Uint8Array): State {
  return read(message, 'state', from => ({
    proof: from.fixed(PROOF_BYTES),
    documents: from.uint(Number.MAX_SAFE_INTEGER),
    newest: from.fixed(KEY_BYTES),
    drives: from.list(DRIVES, () => ({ key: from.fixed(KEY_BYTES), index: from.uint(DRIVE_BLOCKS), blobs: from.uint(DRIVE_BLOCKS) }))
  }))
}

export function encodeRoot ({ proof, chain }: Root): Uint8Array {
  return write(to => {
    to.fixed(proof)
    writeRootChain(to, chain)
  })
}

export function decodeRoot (message: Uint8Array): Root {
  return read(message, 'root', from => ({ proof: from.fixed(PROOF_BYTES), chain: readRootChainFiles(from) }))
}

export function encodePeers ({ proof, keys }: Peers): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(keys.length)
    for (const key of keys) to.fixed(key)
  })
}

export function decodePeers (message: Uint8Array): Peers {
  return read(message, 'peers', from => ({ proof: from.fixed(PROOF_BYTES), keys: from.list(PEERS, () => from.fixed(KEY_BYTES)) }))
}
