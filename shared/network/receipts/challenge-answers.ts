import { isAppError } from '../../errors.ts'
import { hashOfBlocks, type Outcome, signAnswer } from '../../format/challenge.ts'
import type { Answer, Challenge } from '../../format/receipt-messages.ts'
import { keyBytes, type SigningKey } from '../../format/signature.ts'
import type { HeldDrive } from './held-drive.ts'
import { ReadBudget } from './read-budget.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

type Answered = Omit<Answer, 'proof' | 'id'>

const BUSY: Answered = { outcome: 'busy', hash: new Uint8Array(32), signature: new Uint8Array(64) }

/** Answers challenges from the blocks that are here, within what each peer may have read. */
export class ChallengeAnswers {
  #budgets = new WeakMap<ReceiptChannel, ReadBudget>()

  /**
   * @param key that answers for this node
   * @param onMissing a block that was claimed is not here
   */
  async answer (channel: ReceiptChannel, challenge: Omit<Challenge, 'proof'>, held: HeldDrive | null, key: SigningKey, onMissing: () => void): Promise<Answered> {
    const { holder, nonce, index, blobs } = challenge
    // A challenge to a name that was ours a moment ago is no fault.
    if (!held || !Buffer.from(holder).equals(keyBytes(key.publicKey))) return BUSY
    const binding = { nonce, handshakeHash: channel.connection.handshakeHash, holder }
    const signed = (outcome: Outcome, hash: Uint8Array): Answered => ({ outcome, hash, signature: signAnswer(outcome, hash, key) })
    const answer = await this.#budgetOf(channel).spend(index.length + blobs.length, async () => {
      try {
        return signed('held', await hashOfBlocks(binding, held.blocks(index, blobs)))
      } catch (error) {
        if (!isAppError(error)) throw error
        onMissing()
        return signed('missing', await hashOfBlocks(binding, []))
      }
    })
    return answer ?? BUSY
  }

  #budgetOf (channel: ReceiptChannel): ReadBudget {
    const known = this.#budgets.get(channel)
    if (known) return known
    const budget = new ReadBudget()
    this.#budgets.set(channel, budget)
    return budget
  }
}
