import type { Problem } from '../../shared/api/problem.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import { Resource } from '../../shared/resource.ts'
import { Turns } from '../../shared/turns.ts'
import type { OwnKeys } from '../keys/own-keys.ts'
import { publicOf } from '../keys/new-newsletter.ts'
import { NewsletterWriter, type NewsletterWriterParts } from './newsletter-writer.ts'
import { retirementOf } from './retirement.ts'

export interface NewsletterWritersParts extends Omit<NewsletterWriterParts, 'address' | 'publicKeys' | 'keys' | 'ownKeys'> {
  keys: OwnKeys
  log: Log
}

interface NewsletterWritersEvents {
  /** This device may no longer write, or may again, for another reason than before; or the time of a writer is nearly up. */
  troubleChanged: [address: Address]
}

/** The writer of each newsletter that is written here, opened when it is first needed. */
export class NewsletterWriters extends Resource<NewsletterWritersEvents> {
  #parts: NewsletterWritersParts
  #writers = new Map<Address, Promise<NewsletterWriter>>()
  /** One order per newsletter at a time: numbers are given in order. */
  #turns = new Turns()
  /** Of whose writers the keys are being replaced. */
  #replacing = new Map<Address, Promise<void>>()
  #troubles = new Map<Address, Problem>()
  #onHistory = (address: Address): void => this.lookSoon(address)

  constructor (parts: NewsletterWritersParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.histories.on('changed', this.#onHistory)
    // The first answer of this node shall say it already.
    await Promise.all((await this.#parts.keys.addresses()).map(address => this.#look(address)))
  }

  protected override async _close (): Promise<void> {
    this.#parts.histories.off('changed', this.#onHistory)
    await this.#turns.settled()
    const writers = await Promise.allSettled(this.#writers.values())
    for (const opened of writers) if (opened.status === 'fulfilled') await opened.value.close()
  }

  /** @throws AppError NOT_WRITER when the newsletter is not written here, BEHIND */
  get (address: Address): Promise<NewsletterWriter> {
    const known = this.#writers.get(address)
    if (known) return known
    const opening = this.#open(address)
    this.#writers.set(address, opening)
    opening.catch(() => { if (this.#writers.get(address) === opening) this.#writers.delete(address) }) // told to the caller; the next order tries again
    return opening
  }

  /**
   * Like {@link get}, when the newsletter's root lets this device write now.
   *
   * @param options `mayBeLocked`: nothing is going to be written now
   * @throws AppError LOCKED
   */
  async allowed (address: Address, { mayBeLocked = false }: { mayBeLocked?: boolean } = {}): Promise<NewsletterWriter> {
    const writer = await this.get(address)
    if (!mayBeLocked) writer.checkUnlocked()
    try {
      await writer.checkAllowed()
    } finally {
      await this.#lookAt(address)
    }
    return writer
  }

  /** Why this device, which is a writer of the newsletter, writes nothing; null: nothing is known against it. */
  trouble (address: Address): Problem | null {
    return this.#troubles.get(address) ?? null
  }

  /** There is something new to be known about who may write. */
  told (address: Address): void { this.emit('troubleChanged', address) }

  /** The root, or what is known of this device's drive, has changed: it may write now, or no longer. */
  lookSoon (address: Address): void { void this.#look(address) }

  async #look (address: Address): Promise<void> {
    await this.inTurn(address, () => this.#lookAt(address))
      .catch((error: unknown) => { if (!this.closing) this.#parts.log.warn({ newsletter: address, error: messageOf(error) }, 'looking whether a writer may write') })
  }

  async #lookAt (address: Address): Promise<void> {
    if (this.closing) return
    const trouble = await this.#troubleOf(address)
    if (trouble?.reason === this.#troubles.get(address)?.reason) return
    if (trouble) this.#troubles.set(address, trouble)
    else this.#troubles.delete(address)
    this.emit('troubleChanged', address)
  }

  async #troubleOf (address: Address): Promise<Problem | null> {
    try {
      const keys = await this.#parts.keys.publicWriter(address)
      if (!keys) return null
      const known = await this.#parts.roots.get(address)
      return (known && retirementOf(publicOf(keys).drive, known)) ?? await (await this.get(address)).trouble()
    } catch (error) {
      // Keys that can't be read. What else there is may be over the next time.
      if (!isAppError(error) || (error.code !== 'BAD_CONFIG' && error.code !== 'NO_MACHINE_KEY')) throw error
      return { code: error.code, reason: error.message }
    }
  }

  /**
   * Closes the writer, whose keys `work` replaces, erases, locks or unlocks. Whoever asks for a writer meanwhile waits, and gets
   * one with the keys as they are then, also where the work failed. In a turn of its newsletter.
   */
  async replaceKeys (address: Address, work: () => Promise<void>): Promise<void> {
    const opening = this.#writers.get(address)
    this.#writers.delete(address)
    const replaced = this.#close(opening).then(work)
    const ended = replaced.catch(() => {}) // told to who wanted it
    this.#replacing.set(address, ended)
    try {
      await replaced
    } finally {
      if (this.#replacing.get(address) === ended) this.#replacing.delete(address)
      if (this.#troubles.delete(address)) this.emit('troubleChanged', address)
      this.lookSoon(address) // after what is in this turn
    }
  }

  async #close (opening: Promise<NewsletterWriter> | undefined): Promise<void> {
    const writer = await opening?.catch(() => null) // one that did not open needs no closing
    await writer?.close()
  }

  async inTurn<T> (address: Address, work: () => Promise<T>): Promise<T> {
    return await this.#turns.inTurn(address, work)
  }

  /** What a writer answers at once, also while a long import has the turn. One whose keys are replaced meanwhile is asked after that. */
  async asked<T> (address: Address, question: (writer: NewsletterWriter) => Promise<T>): Promise<T> {
    const writer = await this.get(address)
    try {
      return await question(writer)
    } catch (error) {
      if (!writer.closing || this.closing) throw error
      return await this.inTurn(address, async () => await question(await this.get(address)))
    }
  }

  async #open (address: Address): Promise<NewsletterWriter> {
    await this.#replacing.get(address)
    const { keys: ownKeys, ...parts } = this.#parts
    const publicKeys = await ownKeys.publicWriter(address)
    if (!publicKeys) throw new AppError('NOT_WRITER', 'This newsletter is not written on this node, only read.')
    const keys = ownKeys.stateOf(address) === 'locked' ? null : await ownKeys.writer(address)
    const writer = new NewsletterWriter({ ...parts, address, publicKeys, keys, ownKeys })
    await writer.ready()
    return writer
  }
}
