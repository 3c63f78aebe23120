import { Blake2b256Stream } from './hash.ts'
import { isSignedBy, signMessage, type SigningKey } from './signature.ts'

/** Blocks that one challenge may name in each core: an answer reads at most 8 MiB. */
export const CHALLENGE_BLOCKS = 64

const HOLDS = new TextEncoder().encode('colporteur holds 1')
const ANSWER = new TextEncoder().encode('colporteur answer 1')

export interface ChallengeBinding {
  /** 32 random bytes from who asks. */
  nonce: Uint8Array
  /** Of the connection: an answer is good on it alone, so nobody can have another holder answer. */
  handshakeHash: Uint8Array
  /** 32 bytes of the holder's public key. */
  holder: Uint8Array
}

/**
 * What a holder answers, and who asks compares with what its own copy gives.
 *
 * @param blocks those that were asked for, in this order: the index's, then the blobs'
 */
export async function hashOfBlocks (
  { nonce, handshakeHash, holder }: ChallengeBinding, blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
): Promise<Uint8Array> {
  const hash = new Blake2b256Stream(nonce).update(HOLDS).update(handshakeHash).update(holder)
  for await (const block of blocks) hash.update(block)
  return hash.digest()
}

/** `missing`: some of the blocks are not there; the hash is over none then. `busy`: asked too much for now; not signed. */
export const OUTCOMES = ['held', 'missing', 'busy'] as const
export type Outcome = typeof OUTCOMES[number]

export function signAnswer (outcome: Outcome, hash: Uint8Array, key: SigningKey): Uint8Array {
  return signMessage(answered(outcome, hash), key)
}

export function isAnswerOf (holder: Uint8Array, outcome: Outcome, hash: Uint8Array, signature: Uint8Array): boolean {
  return isSignedBy(holder, answered(outcome, hash), signature)
}

function answered (outcome: Outcome, hash: Uint8Array): Uint8Array {
  return Uint8Array.of(...ANSWER, OUTCOMES.indexOf(outcome), ...hash)
}
