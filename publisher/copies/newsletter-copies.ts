import type { CopiesState, CopiesTarget, IssueCopies, IssueCopiesDetails, NewsletterCopies } from '../../shared/api/copies.ts'
import type { Address } from '../../shared/format/address.ts'
import { common } from '../../shared/format/block-ranges.ts'
import { copiesOf, type Copy, countCopies } from '../../shared/network/receipts/copy-count.ts'
import { type HeldReceipt, standingOf } from '../../shared/network/receipts/held-receipt.ts'
import type { HeldIssue } from './copies-library.ts'
import type { CopiesHistory, Counted } from './copies-history.ts'
import type { CopiesRecord } from './copies-record.ts'
import { copiesSentence, copiesState, isSpreading } from './copies-state.ts'
import { holdersOf } from './holder-view.ts'
import { readersEstimate } from './readers-estimate.ts'

/** From the least good to the best. */
const ORDER: CopiesState[] = ['atRisk', 'onlyHere', 'spreading', 'copies', 'safe']

export interface NewsletterCopiesParts {
  newsletter: Address
  record: CopiesRecord
  history: CopiesHistory
  received: () => HeldReceipt[]
  periodMs: number
  /** True while holders have had no chance to answer, because this node has just begun or woken up. */
  isCatchingUp: () => boolean
}

/** Counts the copies of one newsletter's issues. */
export class NewsletterCopiesCount {
  #parts: NewsletterCopiesParts
  #issues: HeldIssue[] = []
  #counted = new Map<string, IssueCopies>()

  constructor (parts: NewsletterCopiesParts) {
    this.#parts = parts
  }

  async close (): Promise<void> {
    await this.#parts.record.close()
    await this.#parts.history.close()
  }

  /** @param issues the newest first */
  setIssues (issues: HeldIssue[]): void {
    this.#issues = issues
    this.#counted.clear()
  }

  async setTarget (target: CopiesTarget): Promise<void> {
    await this.#parts.record.setTarget(target)
  }

  /**
   * Counts again.
   *
   * @returns the issues of which something has changed, the newest first
   */
  count (): IssueCopies[] {
    const nowMs = Date.now()
    const received = this.#parts.received()
    this.#parts.history.note(received.map(held => this.#countedOf(held, nowMs)).filter(({ blocks }) => blocks.length > 0))
    const changed: IssueCopies[] = []
    for (const issue of this.#issues) {
      const now = this.#view(issue, copiesOf(received, issue, nowMs, this.#parts.periodMs))
      const before = this.#counted.get(issue.id)
      if (before && JSON.stringify(before) === JSON.stringify(now)) continue
      this.#counted.set(issue.id, now)
      changed.push(now)
    }
    return changed
  }

  get issues (): IssueCopies[] {
    return this.#issues.map(({ id }) => this.#counted.get(id)).filter(counted => counted !== undefined)
  }

  /** Null for an issue that is not complete here. */
  async details (id: string): Promise<IssueCopiesDetails | null> {
    const issue = this.#issues.find(candidate => candidate.id === id)
    if (!issue) return null
    const copies = copiesOf(this.#parts.received(), issue, Date.now(), this.#parts.periodMs)
    return { issue: this.#view(issue, copies), holders: holdersOf(copies, issue.sizeBytes), history: await this.#parts.history.of(issue) }
  }

  summary (): NewsletterCopies {
    const { newsletter, record, received, periodMs } = this.#parts
    const all = this.issues
    const issues = { total: all.length, onlyHere: 0, spreading: 0, copies: 0, safe: 0, atRisk: 0 }
    for (const { state } of all) issues[state]++
    const state = ORDER.find(candidate => issues[candidate] > 0) ?? null
    return {
      newsletter,
      state,
      sentence: summarySentence(state, issues),
      target: record.target,
      issues,
      newest: all[0] ?? null,
      readers: readersEstimate(received(), Date.now(), periodMs)
    }
  }

  #view (issue: HeldIssue, copies: Copy[]): IssueCopies {
    const { newsletter, record, isCatchingUp } = this.#parts
    const { id, number, publishedAt, sizeBytes } = issue
    const count = countCopies(copies)
    const state = copiesState({ copies, count, target: record.target, wasSafe: record.wasSafe(id), isCatchingUp: isCatchingUp() })
    record.note(id, state === 'safe')
    const spreading = copies.filter(isSpreading)
    const share = spreading.reduce((sum, { haveBlocks, ofBlocks }) => sum + haveBlocks / ofBlocks, 0)
    const claimed = copies.filter(({ isWhole, isGood, standing }) => isWhole && !isGood && ['good', 'unchecked', 'stale'].includes(standing)).length
    const spreadingPercent = spreading.length === 0 ? null : Math.floor(100 * share / spreading.length)
    return {
      ref: `${id}@${newsletter}`,
      id,
      newsletter,
      number,
      publishedAt,
      state,
      sentence: copiesSentence({ state, count, target: record.target, claimed, spreadingPercent, spreadingNodes: spreading.length }),
      ...count,
      target: record.target,
      claimed,
      spreading: spreading.length === 0 ? null : { nodes: spreading.length, haveBytes: Math.floor(share * sizeBytes), ofBytes: spreading.length * sizeBytes },
      safeSince: record.safeSince(id)
    }
  }

  #countedOf (held: HeldReceipt, nowMs: number): Counted {
    const { holder, receipt, audit } = held
    const isGood = standingOf(held, nowMs, this.#parts.periodMs) === 'good'
    return {
      holder: holder.slice(0, 16),
      machine: audit.machine,
      keeper: receipt.keeper !== null,
      drive: receipt.drive,
      index: isGood ? Math.min(receipt.index.length, audit.index) : 0,
      blocks: isGood ? common(receipt.blocks, audit.blocks) : []
    }
  }
}

function summarySentence (state: CopiesState | null, { total, safe, atRisk, onlyHere }: NewsletterCopies['issues']): string {
  if (state === null) return 'There are no issues yet.'
  const all = total === 1 ? 'The one issue' : `All ${total} issues`
  const of = total === 1 ? '1 issue' : `${total} issues`
  switch (state) {
    case 'safe': return `${all} ${total === 1 ? 'has' : 'have'} enough copies. Safe to close this machine.`
    case 'atRisk': return `${atRisk} of ${of} had enough copies and ${atRisk === 1 ? 'has' : 'have'} not any more. ${safe} ${safe === 1 ? 'is' : 'are'} safe.`
    case 'onlyHere': return `${onlyHere} of ${of} ${onlyHere === 1 ? 'is' : 'are'} only here: keep this machine on until others have them. ${safe} ${safe === 1 ? 'is' : 'are'} safe.`
    case 'spreading':
    case 'copies': return `${safe} of ${of} ${safe === 1 ? 'is' : 'are'} safe; the others have copies elsewhere, and not enough yet.`
  }
}
