import type { WriterHistory } from '../shared/api/writers.ts'
import { AppError } from '../shared/errors.ts'
import type { Address } from '../shared/format/address.ts'
import type { Histories } from '../shared/network/histories/histories.ts'
import type { Following } from './following/following.ts'
import { writerView } from './newsletter-view.ts'

/** What is remembered of writers' drives, for who wants to know, and to decide. */
export class WriterHistories {
  #following: Following
  #histories: Histories

  constructor ({ following, histories }: { following: Following, histories: Histories }) {
    this.#following = following
    this.#histories = histories
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, NOT_FOUND */
  of (address: Address, id: string): WriterHistory {
    const { root, historyOf } = this.#following.get(address)
    const writer = root?.chain.newest.writers.find(candidate => candidate.id === id)
    if (!root || !writer) throw new AppError('NOT_FOUND', `There is no writer ${id}.`)
    const history = historyOf(id)
    return { writer: writerView(writer, root, history), seen: history?.seen ?? null, others: history?.others ?? [] }
  }

  /**
   * Takes what follows on the history that is here, or refuses what comes of the writer.
   *
   * @throws AppError like {@link of}, CONFLICT when no other history is known
   */
  async decide (address: Address, id: string, choice: 'take' | 'refuse'): Promise<WriterHistory> {
    const { writer, others } = this.of(address, id)
    if (others.length === 0) throw new AppError('CONFLICT', `No other history of the writer ${id} is known: there is nothing to decide.`)
    await this.#histories.decide(address, writer.drive, choice)
    return this.of(address, id)
  }
}
