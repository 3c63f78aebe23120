import { statfs } from 'node:fs/promises'
import type { KeepingOffer } from '../../shared/api/keeping.ts'
import { messageOf } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import type { Following } from '../following/following.ts'
import { type Look, lookAt, Looking } from './looking.ts'

/** Who has not asked again for so long has lost interest: what was fetched for looking goes. */
const INTEREST_MS = 10 * 60_000

const SEES = [
  'A keeper holds every issue of the newsletter, can read it, and passes it on to whoever knows the address.',
  'Other nodes that share the newsletter see the IP address of this machine. The author and other keepers see its name, its owner and its promise, as far as you give them.',
  'Where this machine serves web pages ("colporteur keep --web"), the issues and the address stand there for everyone, unless the newsletter is kept with --private.',
  'A keeper does not learn who reads: readers sign with names that lead to nothing else. It does see the IP addresses of nodes that are connected to it.'
]

/** `home`: a folder on the disk that fills. */
export interface OffersParts { following: Following, peer: Peer, meeting: Meeting, roots: RootStore, home: string, log: Log }

/** `timer`: until interest is lost, that of the last time that somebody asked. */
interface Looked { looking: Looking, timer: NodeJS.Timeout }

/** Newsletters that somebody thinks of keeping. */
export class Offers {
  #parts: OffersParts
  #looking = new Map<Address, Looked>()

  constructor (parts: OffersParts) {
    this.#parts = parts
  }

  async close (): Promise<void> {
    for (const { looking, timer } of this.#looking.values()) {
      clearTimeout(timer)
      await looking.close()
    }
  }

  async offer (address: Address): Promise<KeepingOffer> {
    const { following } = this.#parts
    const root = following.has(address) ? following.get(address).root : null
    const look = root
      ? await lookAt(following.get(address).readers, root.chain.newest.writers.map(writer => ({ ...writer, end: null })), address)
      : await this.#look(address)
    const { bavail, bsize } = await statfs(this.#parts.home)
    return {
      newsletter: address,
      link: formatAddress(address),
      state: look ? 'known' : 'looking',
      ...look ?? { title: '', authors: [], issues: 0, diskBytes: 0, bytesPerYear: 0 },
      freeBytes: Number(bavail) * Number(bsize),
      sees: SEES
    }
  }

  /** Begins to look, or tells what was found; null while nobody has told, and of what is followed: that is looked for already. */
  async #look (address: Address): Promise<Look | null> {
    const looking = await this.#parts.following.unlessFollowed(address, async () => await this.#begin(address))
    if (!looking) return null
    try {
      return await looking.look()
    } catch (error) {
      if (looking.closing) return null // it is followed since
      throw error
    }
  }

  async #begin (address: Address): Promise<Looking> {
    const { following, log } = this.#parts
    const known = this.#looking.get(address)
    if (known) clearTimeout(known.timer)
    const looking = known?.looking ?? new Looking({ ...this.#parts, address })
    const timer = setTimeout(() => {
      following.unlessFollowed(address, async () => await this.#forget(address, timer))
        .catch((error: unknown) => log.error({ error: messageOf(error) }, 'forgetting what was looked at'))
    }, INTEREST_MS).unref()
    this.#looking.set(address, { looking, timer })
    await looking.ready()
    return looking
  }

  /** In its turn, as nobody follows it: drops what was fetched, unless somebody has asked meanwhile. */
  async #forget (address: Address, timer: NodeJS.Timeout): Promise<void> {
    const known = this.#looking.get(address)
    if (known?.timer !== timer) return
    await this.take(address)
    await known.looking.clear()
  }

  /** Ends looking; what was fetched for it stays for who follows now. */
  async take (address: Address): Promise<void> {
    const known = this.#looking.get(address)
    if (!known) return
    this.#looking.delete(address)
    clearTimeout(known.timer)
    await known.looking.close()
  }
}
