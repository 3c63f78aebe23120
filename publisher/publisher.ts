import type { Imported, IssueSource, Published } from '../shared/api/issues.ts'
import type { NewsletterChange, NewsletterDescription } from '../shared/api/newsletters.ts'
import { checkRoom } from '../shared/disk-room.ts'
import { AppError } from '../shared/errors.ts'
import type { Address } from '../shared/format/address.ts'
import { readRootChain } from '../shared/format/root-chain.ts'
import type { Meeting } from '../shared/network/meeting.ts'
import type { RootStore } from '../shared/network/root-store.ts'
import { preparePath, prepareText } from './importing/prepare-issue.ts'
import type { PreparedIssue } from './importing/prepared-issue.ts'
import type { Custody } from './keys/custody.ts'
import { newNewsletter, nextNewsletter, type Quorum } from './keys/new-newsletter.ts'
import type { OwnKeys } from './keys/own-keys.ts'
import type { OwnLibrary } from './own-library.ts'
import { foundIn, importSources, type Report } from './publishing/issue-import.ts'
import { publishPrepared, type PublishingRun } from './publishing/issue-publishing.ts'
import { nextRootKey } from './restoring/next-newsletter.ts'
import { newsletterDocument } from './publishing/newsletter-document.ts'
import type { NewsletterWriters } from './publishing/newsletter-writers.ts'

/** More than keys, root and description of a new newsletter take. */
const NEW_BYTES = 1_000_000

export interface PublisherParts {
  roots: RootStore
  meeting: Meeting
  /** Whether others can be asked. */
  online: boolean
  keys: OwnKeys
  custody: Custody
  library: OwnLibrary
  writers: NewsletterWriters
  /** The home folder, on whose disk everything lies. */
  home: string
}

/** How the root of a new newsletter shall be. */
export interface NewRoot {
  /** Seals the words on this machine until they are confirmed; null: they lie in a file that its owner alone can read. */
  passphrase?: string | null
  /** One key unless told. */
  quorum?: Quorum
  /** Recovery words that stand on paper and for other newsletters already. */
  words?: string
  /** False: others do not find this node by it. */
  announce?: boolean
}

/** The writing side of a node: newsletters that this device may publish. */
export class Publisher {
  #parts: PublisherParts
  #writers: NewsletterWriters

  constructor (parts: PublisherParts) {
    this.#parts = parts
    this.#writers = parts.writers
  }

  /**
   * Makes a newsletter with new recovery words, which stay in custody until they are confirmed, or with those that were given.
   *
   * Its first writer is called as its author, or as the newsletter itself: everybody reads it, so it tells nothing of this machine.
   *
   * @throws AppError DISK_FULL, BAD_WORDS, NOT_FOUND, BAD_REQUEST
   * @returns the words of the first new set; {@link Custody} shows all
   */
  async create (description: NewsletterDescription, { passphrase = null, quorum, words, announce }: NewRoot): Promise<{ address: Address, words: string }> {
    const { keys, custody, roots, library, home } = this.#parts
    if (words !== undefined && (quorum || passphrase !== null)) throw new AppError('BAD_REQUEST', 'Words that are on paper already need neither a passphrase nor a quorum.')
    // Not half of one: its keys alone would be a newsletter without a title.
    await checkRoom(home, NEW_BYTES)
    const writerName = description.authors?.[0] ?? description.title
    const made = words === undefined ? newNewsletter(writerName, quorum) : nextNewsletter(writerName, await nextRootKey(words, this.#parts))
    const { address, secrets, writer, chain } = made
    await keys.replaceWriter(address, writer)
    if (secrets.length > 0) await custody.keep(address, secrets, passphrase)
    if (announce === false) await keys.unannounced.mark(address)
    await roots.offer(readRootChain(address, chain))
    const open = await this.#writers.get(address)
    await open.writeRoot()
    await open.writeNewsletter(newsletterDocument(address, writer.id, null, description))
    await open.sync()
    await library.follow(address, true, announce)
    await keys.unannounced.forget(address)
    await library.caughtUp(address)
    return { address, words: secrets[0]?.words ?? '' }
  }

  async describe (address: Address, change: NewsletterChange): Promise<void> {
    await this.#writers.inTurn(address, async () => {
      const writer = await this.#writers.allowed(address)
      await writer.writeNewsletter(newsletterDocument(address, writer.id, await this.#parts.library.description(address), change))
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
      const run = await this.#run(address, options.dryRun)
      const published = await publishPrepared(run, prepared, options)
      // One that is there already may have been written before it could be made safe.
      if (!options.dryRun) {
        await run.writer.sync()
        await this.#parts.library.caughtUp(address)
      }
      return published
    })
  }

  /** True when this device has written the issue, so that readers may have it. */
  async hasIssue (address: Address, id: string): Promise<boolean> {
    return await this.#writers.asked(address, async writer => await writer.has(id))
  }

  /** Returns when everything that this device has written is on the disk, and marked as published. */
  async makeSafe (address: Address): Promise<void> {
    await this.#writers.asked(address, async writer => await writer.sync())
  }

  /** @throws AppError NOT_WRITER, and LOCKED unless they may be */
  async checkWriter (address: Address, { mayBeLocked = false }: { mayBeLocked?: boolean } = {}): Promise<void> {
    await this.#writers.allowed(address, { mayBeLocked })
  }

  /** Publishes a folder of issues in the order of their dates. One that can't be published does not keep the others back. */
  async importFolder (address: Address, path: string, report: Report): Promise<Imported> {
    const found = await foundIn(path)
    return await this.#writers.inTurn(address, async () => {
      const run = await this.#run(address)
      const imported = await importSources(run, found, report).catch(async (error: unknown) => {
        await this.#parts.library.caughtUp(address).catch(() => {}) // why the import has ended is what is told
        throw error
      })
      await this.#parts.library.caughtUp(address)
      report(found.sources.length, found.sources.length, '')
      return imported
    })
  }

  async #run (address: Address, dryRun = false): Promise<PublishingRun> {
    const { library } = this.#parts
    const writer = await this.#writers.allowed(address, { mayBeLocked: dryRun })
    await library.caughtUp(address)
    const description = await library.description(address)
    // A new writer's drive has to stand for the whole newsletter, too, for whoever sees no other.
    if (!dryRun && !await writer.isFurnished()) {
      await writer.writeRoot()
      if (description.title !== '') await writer.writeNewsletter(newsletterDocument(address, writer.id, description, {}))
    }
    const { authors, language } = description
    return { writer, library, newsletter: { address, authors, language }, nextNumber: await library.highestNumber(address) + 1 }
  }
}
