import type { Imported, IssueSource, Published } from '../shared/api/issues.ts'
import type { NewsletterChange, NewsletterDescription } from '../shared/api/newsletters.ts'
import type { Address } from '../shared/format/address.ts'
import { readRootChain } from '../shared/format/root-chain.ts'
import type { HighWater } from '../shared/network/high-water.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { RootStore } from '../shared/network/root-store.ts'
import { Resource } from '../shared/resource.ts'
import { preparePath, prepareText } from './importing/prepare-issue.ts'
import type { PreparedIssue } from './importing/prepared-issue.ts'
import { newNewsletter } from './keys/new-newsletter.ts'
import type { OwnKeys } from './keys/own-keys.ts'
import type { OwnLibrary } from './own-library.ts'
import { foundIn, importSources, type Report } from './publishing/issue-import.ts'
import { publishPrepared, type PublishingRun } from './publishing/issue-publishing.ts'
import { newsletterDocument } from './publishing/newsletter-document.ts'
import { NewsletterWriters } from './publishing/newsletter-writers.ts'

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

/** The writing side of a node: newsletters that this device may publish. */
export class Publisher extends Resource {
  #parts: PublisherParts
  #writers: NewsletterWriters
  /** Newsletters whose words nobody has confirmed. */
  #unconfirmed = new Set<Address>()

  constructor (parts: PublisherParts) {
    super()
    this.#parts = parts
    this.#writers = new NewsletterWriters(parts)
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
    await this.#writers.close()
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
    const open = await this.#writers.get(address)
    await open.writeRoot()
    await open.writeNewsletter(newsletterDocument(address, writer.id, null, description))
    await open.sync()
    await library.follow(address)
    await library.caughtUp(address)
    return { address, words }
  }

  async describe (address: Address, change: NewsletterChange): Promise<void> {
    await this.#writers.inTurn(address, async () => {
      const writer = await this.#writers.allowed(address)
      await writer.writeNewsletter(newsletterDocument(address, writer.keys.id, await this.#parts.library.description(address), change))
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
    return await this.#writers.inTurn(address, async () => {
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
    return await this.#writers.inTurn(address, async () => await (await this.#writers.get(address)).has(id))
  }

  /** @throws AppError NOT_WRITER */
  async checkWriter (address: Address): Promise<void> {
    await this.#writers.allowed(address)
  }

  /** Publishes a folder of issues in the order of their dates. One that can't be published does not keep the others back. */
  async importFolder (address: Address, path: string, report: Report): Promise<Imported> {
    const sources = await foundIn(path)
    return await this.#writers.inTurn(address, async () => {
      const imported = await importSources(await this.#run(address), sources, report)
      await this.#parts.library.caughtUp(address)
      report(sources.length, sources.length, '')
      return imported
    })
  }

  async #run (address: Address): Promise<PublishingRun> {
    const { library } = this.#parts
    const writer = await this.#writers.allowed(address)
    await library.caughtUp(address)
    const { authors, language } = await library.description(address)
    return { writer, library, newsletter: { address, authors, language }, nextNumber: await library.highestNumber(address) + 1 }
  }
}
