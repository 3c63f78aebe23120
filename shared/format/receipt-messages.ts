import { read, write } from './binary.ts'
import { CHALLENGE_BLOCKS, type Outcome, OUTCOMES } from './challenge.ts'
import { DRIVE_BLOCKS } from './limits.ts'
import { BEACON_BYTES } from './beacon.ts'
import { RECEIPT_BYTES } from './receipt.ts'
import type { Signed } from './signed-json.ts'

/** The messages of the channel `colporteur/receipts/1`, in the order of their types. Encodings are those of compact-encoding. */

const PROOF_BYTES = 32
const KEY_BYTES = 32
const NAME_BYTES = 8
const HASH_BYTES = 32
const SIGNATURE_BYTES = 64
const SIGNATURE_TEXT_BYTES = 1024
export const KNOWN_RECEIPTS = 4096
export const RECEIPTS_TOLD = 16
const BEACONS_TOLD = 64

/** Which receipts a node wants: none, those of keepers, or all. */
const COLLECTS = ['nothing', 'keepers', 'all'] as const
export type Collects = typeof COLLECTS[number]

/** Type 0: what the sender wants, and which it has. */
export interface Collect { proof: Uint8Array, collects: Collects, known: KnownReceipt[] }
/** `name`: of its holder and drive. */
export interface KnownReceipt { name: Uint8Array, number: number }

/** Type 1: receipts. `own`: of the sender itself, else passed on. */
export interface Receipts { proof: Uint8Array, own: boolean, receipts: Signed[] }

/** Type 2: asks a holder for a hash over blocks of a drive's two cores. */
export interface Challenge { proof: Uint8Array, id: number, holder: Uint8Array, drive: Uint8Array, nonce: Uint8Array, index: number[], blobs: number[] }

/** Type 3: hash and signature are zeros when `busy`. */
export interface Answer { proof: Uint8Array, id: number, outcome: Outcome, hash: Uint8Array, signature: Uint8Array }

/** Type 4: what who asked found of an answer, so that a holder whose disk has gone bad hears of it. */
export interface Verdict { proof: Uint8Array, id: number, isRight: boolean }

/** Type 5: what writers say of how far they have come. */
export interface Beacons { proof: Uint8Array, beacons: Signed[] }

export function encodeCollect ({ proof, collects, known }: Collect): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(COLLECTS.indexOf(collects))
    to.uint(known.length)
    for (const { name, number } of known) {
      to.fixed(name)
      to.uint(number)
    }
  })
}

/** @throws AppError BAD_FORMAT, like all of these */
export function decodeCollect (message: Uint8Array): Collect {
  return read(message, 'collect', from => ({
    proof: from.fixed(PROOF_BYTES),
    collects: COLLECTS[from.uint(COLLECTS.length - 1)]!,
    known: from.list(KNOWN_RECEIPTS, () => ({ name: from.fixed(NAME_BYTES), number: from.uint(Number.MAX_SAFE_INTEGER) }))
  }))
}

export function encodeReceipts ({ proof, ...told }: Receipts): Uint8Array {
  return proven(proof, encodeTold(told))
}

/** All of a message but the proof, which is another one for each receiver. */
export function encodeTold ({ own, receipts }: Omit<Receipts, 'proof'>): Uint8Array {
  return write(to => {
    to.uint(own ? 1 : 0)
    to.uint(receipts.length)
    for (const { bytes, signature } of receipts) {
      to.bytes(bytes)
      to.text(signature)
    }
  })
}

export function proven (proof: Uint8Array, told: Uint8Array): Uint8Array {
  const message = new Uint8Array(proof.length + told.length)
  message.set(proof)
  message.set(told, proof.length)
  return message
}

export function decodeReceipts (message: Uint8Array): Receipts {
  return read(message, 'receipts', from => ({
    proof: from.fixed(PROOF_BYTES),
    own: from.uint(1) === 1,
    receipts: from.list(RECEIPTS_TOLD, () => ({ bytes: from.bytes(RECEIPT_BYTES), signature: from.text(SIGNATURE_TEXT_BYTES) }))
  }))
}

export function encodeChallenge ({ proof, id, holder, drive, nonce, index, blobs }: Challenge): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(id)
    for (const bytes of [holder, drive, nonce]) to.fixed(bytes)
    for (const blocks of [index, blobs]) {
      to.uint(blocks.length)
      for (const block of blocks) to.uint(block)
    }
  })
}

export function decodeChallenge (message: Uint8Array): Challenge {
  return read(message, 'challenge', from => {
    const blocks = (): number[] => from.list(CHALLENGE_BLOCKS, () => from.uint(DRIVE_BLOCKS - 1))
    return {
      proof: from.fixed(PROOF_BYTES),
      id: from.uint(Number.MAX_SAFE_INTEGER),
      holder: from.fixed(KEY_BYTES),
      drive: from.fixed(KEY_BYTES),
      nonce: from.fixed(HASH_BYTES),
      index: blocks(),
      blobs: blocks()
    }
  })
}

export function encodeAnswer ({ proof, id, outcome, hash, signature }: Answer): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(id)
    to.uint(OUTCOMES.indexOf(outcome))
    to.fixed(hash)
    to.fixed(signature)
  })
}

export function decodeAnswer (message: Uint8Array): Answer {
  return read(message, 'answer', from => ({
    proof: from.fixed(PROOF_BYTES),
    id: from.uint(Number.MAX_SAFE_INTEGER),
    outcome: OUTCOMES[from.uint(OUTCOMES.length - 1)]!,
    hash: from.fixed(HASH_BYTES),
    signature: from.fixed(SIGNATURE_BYTES)
  }))
}

export function encodeVerdict ({ proof, id, isRight }: Verdict): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(id)
    to.uint(isRight ? 1 : 0)
  })
}

export function decodeVerdict (message: Uint8Array): Verdict {
  return read(message, 'verdict', from => ({ proof: from.fixed(PROOF_BYTES), id: from.uint(Number.MAX_SAFE_INTEGER), isRight: from.uint(1) === 1 }))
}

export function encodeBeacons ({ proof, beacons }: Beacons): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.uint(beacons.length)
    for (const { bytes, signature } of beacons) {
      to.bytes(bytes)
      to.text(signature)
    }
  })
}

export function decodeBeacons (message: Uint8Array): Beacons {
  return read(message, 'beacons', from => ({
    proof: from.fixed(PROOF_BYTES),
    beacons: from.list(BEACONS_TOLD, () => ({ bytes: from.bytes(BEACON_BYTES), signature: from.text(SIGNATURE_TEXT_BYTES) }))
  }))
}
