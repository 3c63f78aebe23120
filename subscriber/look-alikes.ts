import type { LookAlike } from '../shared/api/check-words.ts'
import { messageOf } from '../shared/errors.ts'
import type { Address } from '../shared/format/address.ts'
import { checkWordsOf } from '../shared/format/check-words.ts'
import { MOST_SUCCESSORS } from '../shared/format/limits.ts'
import type { Log } from '../shared/log.ts'
import { Resource } from '../shared/resource.ts'
import type { Following } from './following/following.ts'
import type { Library } from './library/library.ts'
import { skeletonsOf } from './name-skeletons.ts'
import type { Followed } from './subscriptions.ts'

export interface LookAlikesParts { following: Following, library: Library, log: Log }

interface Name { title: string, skeletons: string[] }

/**
 * Which newsletters can be taken for another by their names, which anybody may choose. To be opened before newsletters are
 * followed, so that no change of a name is missed.
 */
export class LookAlikes extends Resource<{ changed: [address: Address] }> {
  #parts: LookAlikesParts
  #names = new Map<Address, Name>()
  /** Who is called so, by skeleton. */
  #bearers = new Map<string, Set<Address>>()
  /** What was told last of each. */
  #told = new Map<Address, string>()
  #waiting = new Set<Address>()
  #working: Promise<void> = Promise.resolve()

  constructor (parts: LookAlikesParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { following, library } = this.#parts
    for (const { address, title } of await library.newsletters()) this.#name(address, title)
    following.on('newsletterChanged', this.#onChanged)
    following.on('newsletterRemoved', this.#onRemoved)
  }

  protected override async _close (): Promise<void> {
    const { following } = this.#parts
    following.off('newsletterChanged', this.#onChanged)
    following.off('newsletterRemoved', this.#onRemoved)
    await this.#working
  }

  /**
   * The newsletter for which one with this title can be taken; null: none. What is written here is always meant, then what was
   * called so first: with the name that somebody takes later, time counts from then. Of what is not followed, each is a look-alike.
   */
  of (address: Address, title: string): LookAlike | null {
    const { following } = this.#parts
    if (!following.has(address)) return null
    const { followed } = following.get(address)
    if (followed.role === 'own') return null
    const known = this.#names.get(address)
    const alike = this.#alike(known?.title === title ? known.skeletons : skeletonsOf(title)).filter(other => other !== address && following.has(other))
    const [first] = alike.map(other => following.get(other).followed)
      .filter(other => isMeant(other) && (followed.role !== 'subscribed' || isBefore(other, followed)))
      // One that continues another is called so with its consent. The other way round anybody could say it.
      .filter(other => other.continues !== address && !this.#leadsTo(other.address, address))
      .sort((a, b) => isBefore(a, b) ? -1 : 1)
    if (!first) return null
    const { address: newsletter, role, since } = first
    return { newsletter, title: this.#names.get(newsletter)!.title, checkWords: checkWordsOf(newsletter), role: role === 'own' ? 'own' : 'subscribed', since }
  }

  #leadsTo (from: Address, to: Address): boolean {
    const { following } = this.#parts
    let at: Address | null = from
    for (let led = 0; led < MOST_SUCCESSORS && at !== null && following.has(at); led++) {
      at = following.get(at).root?.chain.newest.successor ?? null
      if (at === to) return true
    }
    return false
  }

  #alike (skeletons: string[]): Address[] {
    return [...new Set(skeletons.flatMap(skeleton => [...this.#bearers.get(skeleton) ?? []]))]
  }

  #onChanged = (address: Address): void => {
    if (this.#waiting.has(address)) return
    this.#waiting.add(address)
    this.#working = this.#working.then(() => this.#look(address)).catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'comparing names')
    })
  }

  #onRemoved = (address: Address): void => {
    const alike = this.#alike(this.#names.get(address)?.skeletons ?? [])
    this.#forget(address)
    this.#tell(alike)
  }

  async #look (address: Address): Promise<void> {
    const { following, library } = this.#parts
    this.#waiting.delete(address)
    const title = (await library.newsletter(address))?.title ?? ''
    if (this.closing || !following.has(address)) return
    const before = this.#names.get(address)?.skeletons ?? []
    // While the library is made anew it knows no title; the one from before still stands.
    if (title !== '') this.#name(address, title)
    const now = this.#names.get(address)?.skeletons ?? []
    if (before.length > 0 && !now.some(skeleton => before.includes(skeleton))) await following.remember(address, { namedSince: new Date().toISOString() })
    this.#tell([...new Set([address, ...this.#alike([...before, ...now])])])
  }

  #name (address: Address, title: string): void {
    if (this.#names.get(address)?.title === title) return
    this.#forget(address)
    const skeletons = skeletonsOf(title)
    this.#names.set(address, { title, skeletons })
    for (const skeleton of skeletons) this.#bearers.set(skeleton, (this.#bearers.get(skeleton) ?? new Set()).add(address))
  }

  #forget (address: Address): void {
    for (const skeleton of this.#names.get(address)?.skeletons ?? []) {
      const bearers = this.#bearers.get(skeleton)
      bearers?.delete(address)
      if (bearers?.size === 0) this.#bearers.delete(skeleton)
    }
    this.#names.delete(address)
  }

  #tell (addresses: Address[]): void {
    for (const address of addresses) {
      const looksLike = JSON.stringify(this.of(address, this.#names.get(address)?.title ?? ''))
      if (looksLike === (this.#told.get(address) ?? 'null')) continue
      this.#told.set(address, looksLike)
      this.emit('changed', address)
    }
  }
}

function isMeant ({ role }: Followed): boolean {
  return role === 'own' || role === 'subscribed'
}

function isBefore (a: Followed, b: Followed): boolean {
  if ((a.role === 'own') !== (b.role === 'own')) return a.role === 'own'
  const [aSince, bSince] = [a.namedSince ?? a.since, b.namedSince ?? b.since]
  return aSince === bSince ? a.address < b.address : aSince < bSince
}
