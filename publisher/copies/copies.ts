import { join } from 'node:path'
import type { CopiesTarget, IssueCopies, IssueCopiesDetails, IssueCopiesPage, NewsletterCopies } from '../../shared/api/copies.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import { Resource } from '../../shared/resource.ts'
import { CopiesHistory } from './copies-history.ts'
import type { CopiesLibrary } from './copies-library.ts'
import { CopiesRecord } from './copies-record.ts'
import { NewsletterCopiesCount } from './newsletter-copies.ts'

/** Counting waits so long for more news, and with thousands of issues a little longer. */
const COUNT_MS = 50
const COUNT_MANY_MS = 1_000
const MANY_ISSUES = 1_000
/** Copies age without any news. */
const LOOK_MS = 15_000
/** News of single issues is told of the newest; of all, the summary tells. */
const TOLD_ISSUES = 100
const PAGE = 50

export interface CopiesParts {
  receipts: Receipts
  library: CopiesLibrary
  folder: string
  log: Log
}

interface CopiesEvents {
  copiesChanged: [copies: NewsletterCopies]
  issueCopiesChanged: [copies: IssueCopies]
}

interface Counting { count: NewsletterCopiesCount, timer: NodeJS.Timeout | null, isStale: boolean, last: string }

/** How many copies there are of what this node publishes or keeps, as far as receipts and challenges prove it. */
export class Copies extends Resource<CopiesEvents> {
  #parts: CopiesParts
  #counting = new Map<Address, Promise<Counting>>()
  #timer: NodeJS.Timeout | null = null
  #onJoined = (address: Address): void => this.#inBackground(this.#begin(address))
  #onCollects = (address: Address): void => this.#inBackground(this.#parts.receipts.collects(address) === 'all' ? this.#begin(address) : this.#end(address))
  #onLeft = (address: Address): void => this.#inBackground(this.#end(address))
  #onChanged = (address: Address): void => this.#inBackground(this.#countSoon(address))

  constructor (parts: CopiesParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { receipts } = this.#parts
    receipts.on('joined', this.#onJoined).on('left', this.#onLeft).on('collectsChanged', this.#onCollects).on('receiptsChanged', this.#onChanged)
    await Promise.all(receipts.addresses.map(address => this.#begin(address)))
    this.#timer = setInterval(() => { for (const address of this.#counting.keys()) this.#onChanged(address) }, LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    const { receipts } = this.#parts
    receipts.off('joined', this.#onJoined).off('left', this.#onLeft).off('collectsChanged', this.#onCollects).off('receiptsChanged', this.#onChanged)
    if (this.#timer) clearInterval(this.#timer)
    await Promise.all([...this.#counting.keys()].map(address => this.#end(address)))
  }

  /** An issue of a newsletter was published, became complete, or went. */
  issuesChanged (address: Address): void {
    this.#inBackground(this.#countSoon(address, true))
  }

  async newsletters (): Promise<NewsletterCopies[]> {
    return await Promise.all([...this.#counting.keys()].map(address => this.newsletter(address)))
  }

  async newsletter (address: Address): Promise<NewsletterCopies> {
    return (await this.#counted(address)).summary()
  }

  async issues (address: Address, { limit = PAGE, cursor }: { limit?: number, cursor?: string }): Promise<IssueCopiesPage> {
    const all = (await this.#counted(address)).issues
    const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1
    const issues = all.slice(start, start + limit)
    return { issues, total: all.length, next: start + limit < all.length ? issues.at(-1)!.id : null }
  }

  /** @throws AppError NOT_COMPLETE */
  async issue ({ newsletter, id }: { newsletter: Address, id: string }): Promise<IssueCopiesDetails> {
    const details = await (await this.#counted(newsletter)).details(id)
    if (!details) throw new AppError('NOT_COMPLETE', 'The issue is not complete on this node, so the copies of others can not be compared with it.')
    return details
  }

  async setTarget (address: Address, target: CopiesTarget): Promise<NewsletterCopies> {
    await (await this.#counted(address)).setTarget(target)
    return await this.newsletter(address)
  }

  /** Everything that is known is counted when this returns. */
  async #counted (address: Address): Promise<NewsletterCopiesCount> {
    const counting = await this.#counting.get(address)
    if (!counting) throw new AppError('NOT_WRITER', 'Copies are counted by who publishes or keeps a newsletter. This node only reads it; "colporteur keep" keeps it.')
    await this.#count(address, counting)
    return counting.count
  }

  #begin (address: Address): Promise<void> {
    const { receipts, folder } = this.#parts
    if (receipts.collects(address) !== 'all' || this.#counting.has(address)) return Promise.resolve()
    const beginning = (async () => ({
      count: new NewsletterCopiesCount({
        newsletter: address,
        record: await CopiesRecord.open(folder, address),
        history: await CopiesHistory.open(join(folder, `${address}.history`)),
        received: () => receipts.received(address),
        periodMs: receipts.timing.periodMs,
        isCatchingUp: () => receipts.isCatchingUp
      }),
      timer: null,
      isStale: true,
      last: ''
    }))()
    this.#counting.set(address, beginning)
    return this.#countSoon(address)
  }

  async #end (address: Address): Promise<void> {
    const counting = await this.#counting.get(address)
    this.#counting.delete(address)
    if (counting?.timer) clearTimeout(counting.timer)
    await counting?.count.close()
  }

  async #countSoon (address: Address, isStale = false): Promise<void> {
    const counting = await this.#counting.get(address)
    if (!counting || this.closing) return
    counting.isStale ||= isStale
    const delayMs = counting.count.issues.length > MANY_ISSUES ? COUNT_MANY_MS : COUNT_MS
    counting.timer ??= setTimeout(() => this.#inBackground(this.#count(address, counting)), delayMs).unref()
  }

  async #count (address: Address, counting: Counting): Promise<void> {
    if (counting.timer) clearTimeout(counting.timer)
    counting.timer = null
    if (counting.isStale) {
      counting.isStale = false
      counting.count.setIssues(await this.#parts.library.heldIssues(address))
    }
    for (const issue of counting.count.count().slice(0, TOLD_ISSUES)) this.emit('issueCopiesChanged', issue)
    const summary = counting.count.summary()
    if (JSON.stringify(summary) === counting.last) return
    counting.last = JSON.stringify(summary)
    this.emit('copiesChanged', summary)
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => { if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'counting copies') })
  }
}
