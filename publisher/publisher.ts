import { stat } from 'node:fs/promises'
import type { Imported, IssueSource, Published } from '../shared/api/issues.ts'
import type { NewsletterChange, NewsletterDescription } from '../shared/api/newsletters.ts'
import { AppError, isAppError } from '../shared/errors.ts'
import type { Address } from '../shared/format/address.ts'
import type { NewsletterDocument } from '../shared/format/newsletter.ts'
import { readRootChain } from '../shared/format/root-chain.ts'
import type { HighWater } from '../shared/network/high-water.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { RootStore } from '../shared/network/root-store.ts'
import { Resource } from '../shared/resource.ts'
import { findIssues } from './importing/find-issues.ts'
import { preparePath, prepareText } from './importing/prepare-issue.ts'
import type { PreparedIssue } from './importing/prepared-issue.ts'
import { newNewsletter } from './keys/new-newsletter.ts'
import type { OwnKeys } from './keys/own-keys.ts'
import type { OwnLibrary } from './own-library.ts'
import { importedId, publishPrepared, type PublishingRun } from './publishing/issue-publishing.ts'
import { NewsletterWriter } from './publishing/newsletter-writer.ts'

/** A bulk import makes sure of what it has written every so many issues. */
const SYNC_EVERY = 64

export interface PublisherParts {
  peer: Peer
  roots: RootStore
  highWater: HighWater
  keys: OwnKeys
  library: OwnLibrary
  /** What this device is called in the roots of its newsletters. */
  deviceName: string
  /** The home folder, whose disk has to have room. */
  home: string
}

type Report = (done: number, total: number, name: string) => void

/** The writing side of a node: newsletters that this device may publish. */
export class Publisher extends Resource {
  #parts: PublisherParts
  #writers = new Map<Address, Promise<NewsletterWriter>>()
  /** Newsletters whose words nobody has confirmed. */
  #unconfirmed = new Set<Address>()
  /** One order per newsletter at a time: numbers are given in order. */
  #turns = new Map<Address, Promise<unknown>>()

  constructor (parts: PublisherParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { keys, roots, library } = this.#parts
    for (const address of await keys.addresses()) {
      if (await keys.holdsRoot(address)) this.#unconfirmed.add(address)
      // Without a root the creation was cut off before anybody was told of the newsletter.
      if (await roots.get(address)) await library.follow(address)
    }
  }

  protected override async _close (): Promise<void> {
    await Promise.allSettled(this.#turns.values())
    const writers = await Promise.allSettled(this.#writers.values())
    for (const opened of writers) if (opened.status === 'fulfilled') await opened.value.close()
  }

  /** True while the root's secret lies on this machine, because its words were not confirmed. */
  wordsUnconfirmed (address: Address): boolean {
    return this.#unconfirmed.has(address)
  }

  /** Makes a newsletter with new recovery words, which exist nowhere else after this call. */
  async create (description: NewsletterDescription): Promise<{ address: Address, words: string }> {
    const { keys, roots, library, deviceName } = this.#parts
    const { address, words, rootKey, writer, chain } = newNewsletter(deviceName)
    await keys.putWriter(address, writer)
    await keys.putRoot(address, rootKey)
    this.#unconfirmed.add(address)
    await roots.offer(readRootChain(address, chain))
    const open = await this.#writer(address)
    await open.writeRoot()
    await open.writeNewsletter(newsletterDocument(address, open, null, description))
    await open.sync()
    await library.follow(address)
    await library.caughtUp(address)
    return { address, words }
  }

  async describe (address: Address, change: NewsletterChange): Promise<void> {
    await this.#inTurn(address, async () => {
      const writer = await this.#allowed(address)
      await writer.writeNewsletter(newsletterDocument(address, writer, await this.#parts.library.description(address), change))
      await writer.sync()
      await this.#parts.library.caughtUp(address)
    })
  }

  /** @throws AppError NOT_WRITER, BAD_SOURCE, TOO_LARGE, BEHIND, DISK_FULL */
  async publish (address: Address, source: IssueSource, { dryRun }: { dryRun: boolean }): Promise<Published> {
    const prepared = 'path' in source ? await preparePath(source.path) : await prepareText(source.markdown, source.name ?? null)
    return await this.publishPrepared(address, prepared, { dryRun })
  }

  /**
   * Like {@link publish}. With an `id`, any number of calls publish one issue, even when the process was killed between them.
   */
  async publishPrepared (address: Address, prepared: PreparedIssue, options: { id?: string, dryRun: boolean }): Promise<Published> {
    return await this.#inTurn(address, async () => {
      const run = await this.#run(address)
      const published = await publishPrepared(run, prepared, options)
      // One that is there already may have been written by a process that was killed before it was safe.
      if (published.outcome === 'published' || (published.outcome === 'already' && options.id)) {
        await run.writer.sync()
        await this.#parts.library.caughtUp(address)
      }
      return published
    })
  }

  /** True when this device has written the issue, so that readers may have it. */
  async hasIssue (address: Address, id: string): Promise<boolean> {
    return await this.#inTurn(address, async () => await (await this.#writer(address)).has(id))
  }

  /** @throws AppError NOT_WRITER */
  async checkWriter (address: Address): Promise<void> {
    await this.#allowed(address)
  }

  /** Publishes a folder of issues in the order of their dates. One that can't be published does not keep the others back. */
  async importFolder (address: Address, path: string, report: Report): Promise<Imported> {
    const sources = await findIssues(path)
    if (sources.length === 0) throw new AppError('BAD_SOURCE', `${path} holds no Markdown files and no folders with one.`)
    return await this.#inTurn(address, async () => {
      const run = await this.#run(address)
      const imported: Imported = { published: 0, already: 0, failed: [], notes: [], sizeBytes: 0 }
      for (const [i, source] of sources.entries()) {
        report(i, sources.length, source.name)
        await this.#importOne(run, address, source, imported)
        if ((imported.published + 1) % SYNC_EVERY === 0) await run.writer.sync()
      }
      await run.writer.sync()
      await this.#parts.library.caughtUp(address)
      report(sources.length, sources.length, '')
      return imported
    })
  }

  async #importOne (run: PublishingRun, address: Address, source: { path: string, name: string }, imported: Imported): Promise<void> {
    try {
      const prepared = await preparePath(source.path)
      const publishedAt = prepared.publishedAt ?? (await stat(source.path)).mtime.toISOString()
      const published = await publishPrepared(run, { ...prepared, publishedAt }, { id: importedId(address, prepared, publishedAt), dryRun: false })
      if (published.outcome === 'already') imported.already++
      else {
        imported.published++
        imported.sizeBytes += published.sizeBytes
        imported.notes.push(...prepared.notes.map(note => `${source.name}: ${note}`))
      }
    } catch (error) {
      // What is wrong with one text is told beside it; what is wrong with the machine ends the import.
      if (!isAppError(error) || error.code === 'DISK_FULL' || error.code === 'BEHIND') throw error
      imported.failed.push({ name: source.name, code: error.code, reason: error.message })
    }
  }

  async #run (address: Address): Promise<PublishingRun> {
    const { library } = this.#parts
    const writer = await this.#allowed(address)
    await library.caughtUp(address)
    const { authors, language } = await library.description(address)
    return { writer, library, newsletter: { address, authors, language }, nextNumber: await library.highestNumber(address) + 1 }
  }

  async #allowed (address: Address): Promise<NewsletterWriter> {
    const writer = await this.#writer(address)
    await writer.checkAllowed()
    return writer
  }

  #writer (address: Address): Promise<NewsletterWriter> {
    const known = this.#writers.get(address)
    if (known) return known
    const opening = this.#openWriter(address)
    this.#writers.set(address, opening)
    opening.catch(() => this.#writers.delete(address)) // told to the caller; the next order tries again
    return opening
  }

  async #openWriter (address: Address): Promise<NewsletterWriter> {
    const { peer, roots, highWater, home } = this.#parts
    const keys = await this.#parts.keys.writer(address)
    if (!keys) throw new AppError('NOT_WRITER', 'This newsletter is not written on this node, only read.')
    const writer = new NewsletterWriter({ address, keys, peer, roots, highWater, home })
    await writer.ready()
    return writer
  }

  async #inTurn<T> (address: Address, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(address) ?? Promise.resolve()).then(work)
    this.#turns.set(address, turn.catch(() => {})) // told to whom it was for
    return await turn
  }
}

function newsletterDocument (address: Address, { keys }: NewsletterWriter, before: NewsletterDescription | null, change: NewsletterChange): NewsletterDocument {
  const { title, description = '', language = 'en', authors = [], ...rest } = { title: '', ...before, ...change }
  return {
    colporteur: 1,
    kind: 'newsletter',
    newsletter: address,
    writer: keys.id,
    title,
    description,
    language,
    authors: authors.map(name => ({ name })),
    ...rest,
    at: new Date().toISOString()
  }
}
