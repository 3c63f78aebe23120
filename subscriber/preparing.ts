import type { Issue } from '../shared/api/issues.ts'
import type { Preparation, Unprepared } from '../shared/api/preparing.ts'
import type { Address } from '../shared/format/address.ts'
import type { Meeting } from '../shared/network/meeting.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { Following } from './following/following.ts'
import { type IssueKey, type IssueViews, refOf } from './issue-view.ts'
import type { Library } from './library/library.ts'
import { contentIn } from './policy/extent.ts'
import type { Policies } from './policy/policies.ts'
import { isLive, isSubscription } from './subscriptions.ts'

const SHOWN = 100

export interface PreparingParts {
  following: Following
  library: Library
  views: IssueViews
  policies: Policies
  peer: Peer
  meeting: Meeting
}

/** Gets what is unread before all else, for somebody who will be without a network. */
export class Preparing {
  #parts: PreparingParts
  #current: { startedAt: string, addresses: Address[] } | null = null
  #onIssueChanged = ({ newsletter, id }: IssueKey): void => {
    if (this.#current?.addresses.includes(newsletter)) void this.#hurry({ newsletter, id }).catch(() => {}) // it comes in its turn, then
  }

  constructor (parts: PreparingParts) {
    this.#parts = parts
    parts.following.on('issueChanged', this.#onIssueChanged)
  }

  /**
   * @param newsletters null: all subscriptions
   * @param whole also what policies leave out
   */
  async prepare (newsletters: Address[] | null, whole: boolean): Promise<Preparation> {
    const { following, library, policies, peer } = this.#parts
    const addresses = newsletters ?? following.begun.filter(({ followed }) => isSubscription(followed)).map(({ followed: { address } }) => address)
    this.#current = { startedAt: new Date().toISOString(), addresses }
    peer.lookNow()
    for (const newsletter of addresses) {
      const isFetched = whole && isLive(following.get(newsletter).followed)
      for (const { id, state } of (await library.unread(newsletter)).others) {
        if (isFetched && (state === 'partial' || state === 'removed')) await policies.want({ newsletter, id })
        await this.#hurry({ newsletter, id })
      }
      if (isFetched) await policies.apply(newsletter)
    }
    return (await this.view())!
  }

  /** Null: nothing was to be prepared in this run. */
  async view (): Promise<Preparation | null> {
    if (!this.#current) return null
    const { following, library, views } = this.#parts
    const missing: Unprepared[] = []
    const unheard: Preparation['unheard'] = []
    let ready = 0
    for (const newsletter of this.#current.addresses.filter(address => following.has(address))) {
      const { followed, settled } = following.get(newsletter)
      const [unread, known] = await Promise.all([library.unread(newsletter), library.newsletter(newsletter)])
      const found = await Promise.all(unread.others.map(({ id }) => views.find({ newsletter, id })))
      const others = found.filter((issue): issue is Issue => issue !== null && !issue.read)
      missing.push(...await Promise.all(others.filter(({ state }) => state !== 'ready').map(issue => this.#unprepared(issue))))
      // Some may have become so meanwhile.
      ready += unread.ready + others.filter(({ state }) => state === 'ready').length
      if (!settled) unheard.push({ newsletter, title: known?.title ?? '', paused: followed.paused ?? false })
    }
    const asked = missing.filter(({ reason }) => reason === 'asked' || reason === 'alone')
    return {
      startedAt: this.#current.startedAt,
      // Of what is paused nobody is asked, and nothing is waited for.
      isDone: asked.length === 0 && unheard.every(({ paused }) => paused),
      isStuck: asked.every(({ reason }) => reason === 'alone') && unheard.every(({ newsletter, paused }) => paused || this.#parts.meeting.peersOf(newsletter) === 0),
      issues: { unread: ready + missing.length, ready },
      toGoBytes: asked.reduce((sum, { toGoBytes }) => sum + toGoBytes, 0),
      missing: missing.slice(0, SHOWN),
      unheard
    }
  }

  async #unprepared (issue: Issue): Promise<Unprepared> {
    const { newsletter, title, newsletterTitle, problem, haveParts, wantedParts, haveBytes, wantedBytes } = issue
    const reason = this.#reasonOf(issue, newsletter, await this.#isLeftOut(issue))
    return { ref: refOf(issue), title, newsletterTitle, reason, problem, parts: wantedParts, haveParts, toGoBytes: Math.max(0, wantedBytes - haveBytes) }
  }

  /** Asked of the policy: between its last block and its checking an issue is on its way, though nothing is fetched. */
  async #isLeftOut ({ state, newsletter, id, haveBytes }: Issue): Promise<boolean> {
    if (state !== 'partial' && state !== 'removed') return false
    const issue = await this.#parts.library.issue(newsletter, id)
    const wish = issue && await this.#parts.policies.wish(issue)
    if (!wish) return true
    return wish.parts.length < issue.locations.length && contentIn(wish.parts).reduce((sum, { byteLength }) => sum + byteLength, 0) <= haveBytes
  }

  #reasonOf ({ state }: Issue, newsletter: Address, isLeftOut: boolean): Unprepared['reason'] {
    if (state === 'notVerified') return 'notVerified'
    if (isLeftOut) return 'policy'
    if (!isLive(this.#parts.following.get(newsletter).followed)) return 'paused'
    return this.#parts.meeting.peersOf(newsletter) === 0 ? 'alone' : 'asked'
  }

  async #hurry ({ newsletter, id }: IssueKey): Promise<void> {
    const { following, library } = this.#parts
    const issue = await library.listing(newsletter, id)
    if (issue && !issue.read && issue.state !== 'ready' && following.has(newsletter)) following.get(newsletter).hurry(issue)
  }
}
