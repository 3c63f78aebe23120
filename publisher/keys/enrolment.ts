import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import { readInvitation, writeAcceptance } from '../../shared/format/acceptance.ts'
import type { Address } from '../../shared/format/address.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import type { Log } from '../../shared/log.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { KnownRoot, RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnLibrary } from '../own-library.ts'
import type { NewsletterWriters } from '../publishing/newsletter-writers.ts'
import type { Custody } from './custody.ts'
import { createWriterKeys, publicOf } from './new-newsletter.ts'
import type { OwnKeys, PublicWriterKeys, Standing, WriterKeys } from './own-keys.ts'
import { ifReadable } from './secret-files.ts'
import { lockedForNew } from './stored-writer.ts'

export interface EnrolmentParts {
  keys: OwnKeys
  custody: Custody
  roots: RootStore
  meeting: Meeting
  library: OwnLibrary
  writers: NewsletterWriters
  log: Log
}

/** Keeps this device's keys in step with the roots: keys that were made for it count when a root names them, and no longer when one retires them. */
export class Enrolment extends Resource {
  #parts: EnrolmentParts
  /** What changed roots have begun. */
  #enrolling: Promise<unknown> = Promise.resolve()
  #onRootChanged = (address: Address): void => {
    const enrolled = this.enrol(address).catch((error: unknown) => this.#parts.log.error({ error: messageOf(error) }, 'a changed root'))
    this.#enrolling = Promise.all([this.#enrolling, enrolled]).then(() => {}) // not what they gave, which would grow with each
  }

  constructor (parts: EnrolmentParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { keys, log } = this.#parts
    for (const address of await keys.addresses()) {
      // What is wrong with the keys of one newsletter is told to who wants to publish in it, and stops no other.
      await this.enrol(address).catch((error: unknown) => {
        if (!keys.isOfHome(error)) log.error({ newsletter: address, error: messageOf(error) }, 'the keys of a newsletter')
      })
    }
    this.#parts.meeting.on('rootChanged', this.#onRootChanged)
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('rootChanged', this.#onRootChanged)
    await this.#enrolling // else it would end on a library that is closed
  }

  /**
   * Makes keys for this device, which count when who invited has let them in.
   *
   * @returns what to pass back
   * @throws AppError BAD_FORMAT, CONFLICT when this device writes in the newsletter already, LOCKED
   */
  async accept (text: string): Promise<{ newsletter: Address, acceptance: string }> {
    const { newsletter, id } = readInvitation(text)
    const { keys, roots } = this.#parts
    const [present, known] = await Promise.all([keys.publicWriter(newsletter), roots.get(newsletter)])
    if (present && known && isWriter(present, known)) throw new AppError('CONFLICT', 'This device writes in the newsletter already.')
    const next = await this.keysToCome(newsletter)
    const acceptance = { colporteur: 1 as const, kind: 'acceptance' as const, newsletter, invitation: id, ...publicOf(next), at: new Date().toISOString() }
    return { newsletter, acceptance: writeAcceptance(acceptance, next.signing) }
  }

  /**
   * This device's keys that a root may name next, made where there are none.
   *
   * @throws AppError LOCKED, NO_MACHINE_KEY in a home that can seal nothing
   */
  async keysToCome (address: Address): Promise<WriterKeys> {
    const { keys, writers } = this.#parts
    return await writers.inTurn(address, async () => {
      if (keys.stateOf(address) === 'locked') throw lockedForNew()
      const next = await keys.writer(address, 'next').catch((error: unknown) => {
        if (!isAppError(error) || keys.isOfHome(error)) throw error
        return null
      })
      if (next) return next
      await keys.putAsideNext(address)
      const made = createWriterKeys()
      await keys.replaceWriter(address, made, 'next')
      return made
    })
  }

  /**
   * Erases this device's keys of a newsletter, which it only reads from then on, and those that came in a backup. What it published stays.
   *
   * @returns the writer's id; `wrote`: it was this device, and who holds the root should retire it
   * @throws AppError NOT_WRITER
   */
  async leave (address: Address): Promise<{ writer: string, wrote: boolean }> {
    const { keys, library, writers } = this.#parts
    const here = await this.writerHere(address)
    const writer = here ?? await this.#writerOf(address, 'held')
    if (writer === null) throw new AppError('NOT_WRITER', 'This newsletter is not written on this node, only read.')
    await writers.inTurn(address, async () => await writers.replaceKeys(address, async () => {
      // First, because who has keys can leave once more when this is cut off.
      if (here !== null) await library.follow(address, false)
      await keys.eraseWriter(address)
    }))
    return { writer, wrote: here !== null }
  }

  /** Id of the writer that this device is, sealed or not; null: none. */
  async writerHere (address: Address): Promise<string | null> {
    return await this.#writerOf(address, 'present')
  }

  async #writerOf (address: Address, standing: Standing): Promise<string | null> {
    const [keys, known] = await Promise.all([this.#parts.keys.publicWriter(address, standing), this.#parts.roots.get(address)])
    return (keys && known?.chain.newest.writers.find(({ drive }) => drive === publicOf(keys).drive)?.id) ?? null
  }

  /** Returns when this device's keys, and the words that lie here, are those that the root names now. */
  async enrol (address: Address): Promise<void> {
    const { keys, custody, roots, library, writers } = this.#parts
    await custody.settle(address)
    const enrolled = writers.inTurn(address, async () => {
      const known = await roots.get(address)
      // Without a root the creation was cut off before anybody was told of the newsletter.
      if (!known) return
      const next = await ifReadable(keys.publicWriter(address, 'next'))
      if (next && isWriter(next, known)) await writers.replaceKeys(address, async () => await keys.promote(address))
      const present = await keys.publicWriter(address)
      if (!present) return
      await library.follow(address, isWriter(present, known), await keys.unannounced.has(address) ? false : undefined)
      await keys.unannounced.forget(address)
    })
    // Where the keys can't be read, that is what is told.
    await enrolled.finally(() => writers.lookSoon(address))
  }
}

/** True when the root lets these keys write; an expiry may be lifted again, so it does not count here. */
function isWriter (keys: PublicWriterKeys, { chain, dispute }: KnownRoot): boolean {
  const { drive, signingKey } = publicOf(keys)
  const writer = chain.newest.writers.find(candidate => candidate.drive === drive && candidate.signingKey === signingKey)
  return writer !== undefined && effectiveSeal(writer.id, chain, dispute) === null
}
