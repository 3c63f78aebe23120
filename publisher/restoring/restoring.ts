import type { Problem } from '../../shared/api/problem.ts'
import type { Restoration, RestoredNewsletter } from '../../shared/api/restoring.ts'
import type { Proposal } from '../../shared/api/root.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import { type Address, formatAddress, parseAddress } from '../../shared/format/address.ts'
import { rootKeysOfWords } from '../../shared/format/words.ts'
import type { Log } from '../../shared/log.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnKeys } from '../keys/own-keys.ts'
import { ifReadable } from '../keys/secret-files.ts'
import { publicOf } from '../keys/new-newsletter.ts'
import type { OwnLibrary } from '../own-library.ts'
import type { NewsletterWriters } from '../publishing/newsletter-writers.ts'
import type { RootChanges } from '../root/root-changes.ts'
import { AddressSearch } from './address-search.ts'
import { Hearing } from './hearing.ts'
import { checkLost, lostWriters, openWriters, wordOf } from './lost-writers.ts'
import { addressOfKey, wordsProblem } from './restored-root.ts'

export interface RestoringParts {
  keys: OwnKeys
  roots: RootStore
  meeting: Meeting
  receipts: Receipts
  library: OwnLibrary
  writers: NewsletterWriters
  rootChanges: RootChanges
  log: Log
}

export interface RestoreWish { inPlaceOf?: string[], reason?: string, name?: string, anyway?: boolean }

/** `conflict`: it is written here already. `before`: drive of the writer that this device was, and can't be any more. `hearing`: while it is followed. */
interface Found { conflict: Problem | null, before: string | null, hearing: Hearing | null, metMs: number }

interface Running { since: string, publicKeys: string[], looking: number, search: AddressSearch, found: Map<Address, Found> }

/**
 * Goes on with newsletters whose machine is lost: finds their roots from the recovery words, takes back what readers have,
 * and makes this device a writer with a new drive. The words are forgotten as soon as their public keys are known.
 */
export class Restoring extends Resource {
  #parts: RestoringParts
  #running: Running | null = null
  #onShared = (_greeting: unknown, address: Address): void => {
    const found = this.#running?.found.get(address)
    if (found) found.metMs = Date.now()
  }

  /** A longer root may name the keys of these words, which the one that came first did not. */
  #onRootChanged = (address: Address): void => {
    if (this.#running?.found.get(address)?.hearing === null) this.#inBackground(this.#take(address))
  }

  constructor (parts: RestoringParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.meeting.on('shared', this.#onShared)
    this.#parts.meeting.on('rootChanged', this.#onRootChanged)
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('shared', this.#onShared)
    this.#parts.meeting.off('rootChanged', this.#onRootChanged)
    await this.stop()
  }

  /** @throws AppError BAD_WORDS, BAD_ADDRESS */
  async start (words: string, address: string | null): Promise<Restoration> {
    const publicKeys = rootKeysOfWords(words)
    const addresses = address === null ? publicKeys.map(addressOfKey) : [parseAddress(address).address]
    await this.stop()
    const { meeting, roots } = this.#parts
    const search = new AddressSearch({ addresses, meeting, roots, onFound: found => this.#inBackground(this.#take(found)) })
    this.#running = { since: new Date().toISOString(), publicKeys, looking: addresses.length, search, found: new Map() }
    await search.ready()
    return await this.#view(this.#running)
  }

  async stop (): Promise<void> {
    const running = this.#running
    this.#running = null
    await running?.search.close()
  }

  /** Null when nothing is looked for. */
  async progress (): Promise<Restoration | null> {
    return this.#running && await this.#view(this.#running)
  }

  /**
   * The root document by which this device becomes a writer, and the lost ones are sealed.
   *
   * @throws AppError NOT_FOUND when it was not found by words, AMBIGUOUS, CONFLICT, NOT_COMPLETE, BAD_WORDS
   */
  async propose (address: Address, { inPlaceOf, reason = 'lost', name, anyway = false }: RestoreWish): Promise<Proposal> {
    if (!this.#running?.found.has(address)) throw new AppError('NOT_FOUND', 'This newsletter is not being restored. Begin with the recovery words.')
    const { title, writers, state, problem } = await this.#newsletter(this.#running, address)
    if (problem) throw new AppError(problem.code === 'BAD_WORDS' ? 'BAD_WORDS' : 'CONFLICT', problem.reason)
    const lost = lostWriters(writers, inPlaceOf ?? await this.#ownLost(address))
    if (!anyway) {
      for (const writer of lost) checkLost(writer)
      if (state === 'fetching') throw new AppError('NOT_COMPLETE', 'It is not known yet how far the newsletter has come. Wait until somebody who has it was asked.')
    }
    // Everybody reads it: it tells nothing of this machine that its owner has not said.
    const change = { kind: 'takeOver' as const, writers: lost.map(({ id }) => id), reason, name: name ?? (lost[0]?.name || title) }
    const proposal = await this.#parts.rootChanges.propose(address, change)
    return { ...proposal, notes: [...proposal.notes, ...lost.map(wordOf)] }
  }

  /** The writer that this device was itself, where it can't go on as it; null: none. */
  async #ownLost (address: Address): Promise<string[] | null> {
    const drive = await this.#writerHere(address)
    const known = await this.#parts.roots.get(address)
    const writer = drive === null ? undefined : known?.chain.newest.writers.find(candidate => candidate.drive === drive)
    return writer ? [writer.id] : null
  }

  async #take (address: Address): Promise<void> {
    const running = this.#running
    const known = await this.#parts.roots.get(address)
    if (!running || !known) return
    const before = await this.#writerHere(address)
    const conflict = before === null ? null : await this.#worksHere(address)
    const isFollowed = !conflict && !wordsProblem(running.publicKeys, known.chain)
    if (isFollowed) await this.#parts.library.read(address)
    running.found.set(address, { conflict, before, hearing: isFollowed ? new Hearing(address, this.#parts.receipts) : null, metMs: Date.now() })
  }

  /** A writer that works here is not lost. One that may not write on, because its store came back older, is. */
  async #worksHere (address: Address): Promise<Problem | null> {
    try {
      const { id } = await this.#parts.writers.allowed(address, { mayBeLocked: true })
      return { code: 'CONFLICT', reason: `This device writes in the newsletter already, as ${id}: there is nothing to restore.` }
    } catch (error) {
      if (isAppError(error)) return null
      throw error
    }
  }

  /** Drive of the writer that this device is by the root; null: none, or a retired one. */
  async #writerHere (address: Address): Promise<string | null> {
    const [keys, known] = await Promise.all([ifReadable(this.#parts.keys.publicWriter(address)), this.#parts.roots.get(address)])
    const drive = keys && publicOf(keys).drive
    return known?.chain.newest.writers.some(writer => writer.drive === drive && !writer.sealed) ? drive : null
  }

  async #view (running: Running): Promise<Restoration> {
    const { since, looking, found } = running
    const newsletters = await Promise.all([...found.keys()].map(address => this.#newsletter(running, address)))
    return { since, looking, newsletters }
  }

  async #newsletter ({ publicKeys, found }: Running, address: Address): Promise<RestoredNewsletter> {
    const { roots, meeting, receipts, library } = this.#parts
    const { conflict, before, hearing, metMs } = found.get(address)!
    const known = (await roots.get(address))!
    const problem = wordsProblem(publicKeys, known.chain) ?? conflict
    const { threshold, writers: [first] } = known.chain.newest
    const [peers, informed] = [meeting.peersOf(address), await meeting.informedOf(address)]
    const shown = { newsletter: address, link: formatAddress(address), problem, peers, informed, threshold }
    if (problem) return { ...shown, title: '', state: 'refused', writers: [] }
    if (!hearing) return { ...shown, title: '', state: 'fetching', writers: [] }
    const [{ title }, writers, { settled }, now] = await Promise.all([
      library.description(address), openWriters(known, library, await receipts.beacons.told(address), hearing.isOn),
      library.seen(address, first!.id).catch(() => ({ settled: false })), this.#writerHere(address) // its drives are not open yet
    ])
    const isReady = settled && await hearing.isOver(metMs)
    return { ...shown, title, writers, state: now !== null && now !== before ? 'restored' : isReady ? 'ready' : 'fetching' }
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => { if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'restoring') })
  }
}
