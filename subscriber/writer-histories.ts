import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ComparedIssue, HistoryDecision, WriterHistory } from '../shared/api/writers.ts'
import { AppError } from '../shared/errors.ts'
import { type Address, formatAddress } from '../shared/format/address.ts'
import type { RootWriter } from '../shared/format/root-chain.ts'
import type { Histories } from '../shared/network/histories/histories.ts'
import { sharedBlocks, treeHashAt } from '../shared/network/histories/signed-history.ts'
import type { KnownRoot, RootStore } from '../shared/network/root-store.ts'
import type { Following } from './following/following.ts'
import { othersWithIssues } from './following/shared-drives.ts'
import { exportHistories } from './export-histories.ts'
import { compareIssues } from './history-issues.ts'
import type { Library } from './library/library.ts'
import { writerView } from './newsletter-view.ts'
import { exportIssue } from './reading/export-issue.ts'

/** What is remembered of writers' drives, for who wants to know, and to decide. */
export class WriterHistories {
  #following: Following
  #histories: Histories
  #library: Library
  #roots: RootStore

  constructor ({ following, histories, library, roots }: { following: Following, histories: Histories, library: Library, roots: RootStore }) {
    this.#following = following
    this.#histories = histories
    this.#library = library
    this.#roots = roots
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, NOT_FOUND */
  async of (address: Address, id: string): Promise<WriterHistory> {
    const { writer, root } = this.#writer(address, id)
    const history = await this.#histories.of(address, writer.drive)
    const kept = await this.#histories.kept.of(address, writer.drive)
    const here = kept.length > 0 ? await this.#histories.here(address, writer.drive) : null
    return {
      writer: writerView(writer, root, history),
      seen: history?.seen ?? null,
      others: (history?.others ?? []).map(({ bySeal: _, ...found }) => found),
      kept: kept.map(({ head, history: other }) =>
        ({ ...head, shared: here && sharedBlocks(here, other), issues: compareIssues(here, other, writer.signingKey) }))
    }
  }

  /**
   * Writes all histories of a writer's drive into a new folder, for anybody to check.
   *
   * @throws AppError like {@link of}, CONFLICT, BAD_SOURCE, DISK_FULL
   */
  async export (address: Address, id: string, folder: string): Promise<{ path: string, files: string[] }> {
    const { writer, root } = this.#writer(address, id)
    const [here, kept] = await Promise.all([this.#histories.here(address, writer.drive), this.#histories.kept.of(address, writer.drive)])
    const histories = [...here ? [{ name: 'here.history', history: here }] : [], ...kept.map(({ history }, i) => ({ name: `other-${i + 1}.history`, history }))]
    if (histories.length === 0) throw new AppError('CONFLICT', `No whole history of the writer ${id} is here.`)
    return await exportHistories(histories, writer, root, folder)
  }

  /** What is here is put aside first: its history whole, and of its issues those that the other one has otherwise, to be read. */
  async #take (address: Address, id: string, treeHash?: string): Promise<void> {
    const { writer, root } = this.#writer(address, id)
    if (this.#following.get(address).followed.role === 'own') throw new AppError('CONFLICT', 'This device writes in the newsletter: a reader decides which history counts. With the words it becomes a new writer: "colporteur writers renew".')
    const [here, kept] = await Promise.all([this.#histories.here(address, writer.drive), this.#histories.kept.of(address, writer.drive)])
    const chosen = kept.filter(({ head }) => treeHash === undefined || head.treeHash === treeHash)
    const [other] = chosen
    if (!other || !here) throw new AppError('CONFLICT', 'No such history is kept whole here, so there is nothing to read on with. It comes when somebody who has it is connected.')
    if (chosen.length > 1) throw new AppError('AMBIGUOUS', `${chosen.length} other histories are kept. Name one by its tree hash: ${chosen.map(({ head }) => head.treeHash).join(', ')}.`)
    if (other.head.fork !== 0) throw new AppError('CONFLICT', 'That history takes back what was published. No reader follows such a one: it can be looked into, and exported.')
    const others = await othersWithIssues({ address, drive: writer.drive }, { roots: this.#roots, library: this.#library })
    if (others.length > 0) throw new AppError('CONFLICT', `Issues of another newsletter lie in the same drive, and would be taken away with the history that is here: ${others.map(formatAddress).join(', ')}. Decide there, or unsubscribe from it first.`)
    const folder = this.#histories.kept.asideOf(address, writer.drive, treeHashAt(here, here.blocks.length))
    await this.#putAside(address, root, compareIssues(here, other.history, writer.signingKey), folder)
    await this.#following.reopen(writer.drive, async () => await this.#histories.replace(address, writer.drive, here, other))
    await this.#following.reindex()
  }

  async #putAside (address: Address, root: KnownRoot, issues: ComparedIssue[], folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const { id, here } of issues.filter(({ differs, here }) => differs && here)) {
      const issue = await this.#library.issue(address, id)
      const reader = issue && this.#following.get(address).drive(issue.writer)
      const to = join(folder, id)
      if (reader && issue.state === 'ready' && issue.revision === here!.revision && !await isThere(to)) await exportIssue(issue, root, reader, to)
    }
  }

  #writer (address: Address, id: string): { writer: RootWriter, root: KnownRoot } {
    const { root } = this.#following.get(address)
    const writer = root?.chain.newest.writers.find(candidate => candidate.id === id)
    if (!root || !writer) throw new AppError('NOT_FOUND', `There is no writer ${id}.`)
    return { writer, root }
  }

  /**
   * Goes on with the history that is here, reads on with another one, or refuses what comes of the writer.
   *
   * @param treeHash of the other one, where several are kept
   * @throws AppError like {@link of}, CONFLICT when no other history is known, or it can't be read on with; AMBIGUOUS
   */
  async decide (address: Address, id: string, choice: HistoryDecision, treeHash?: string): Promise<WriterHistory> {
    const { writer, others } = await this.of(address, id)
    if (others.length === 0) throw new AppError('CONFLICT', `No other history of the writer ${id} is known: there is nothing to decide.`)
    if (choice === 'take') await this.#take(address, id, treeHash)
    else await this.#histories.decide(address, writer.drive, choice)
    return await this.of(address, id)
  }
}

async function isThere (path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false)
}
