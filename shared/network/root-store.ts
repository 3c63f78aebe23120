import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address } from '../format/address.ts'
import { decodeRootChain, encodeRootChain } from '../format/root-files.ts'
import { departureOf, mergeRootChains, type RootChain, rootChainSteps } from '../format/root-chain.ts'
import { putAside, readIfThere, writeDurably } from '../durable-file.ts'
import { inSteps } from '../in-steps.ts'
import { Turns } from '../turns.ts'

/** What is known of who speaks for a newsletter. */
export interface KnownRoot {
  chain: RootChain
  /** A different valid chain of the same length, while no longer one has settled it. */
  dispute: RootChain | null
}

/**
 * The root chains of the newsletters that this node holds, each in a file of its own, apart from every drive. They are
 * checked again when read: a file on the disk is believed no more than a peer. One that does not hold is put aside, and
 * peers bring the chain again.
 */
export class RootStore {
  #folder: string
  #known = new Map<Address, KnownRoot>()
  /** Being read: its check can take seconds, and is not made twice. */
  #reading = new Map<Address, Promise<KnownRoot | null>>()
  #turns = new Turns()
  #damaged = new Map<Address, string>()

  constructor (folder: string) {
    this.#folder = folder
  }

  /** Where the file was put that held a newsletter's chain and could not be read; null unless the chain is missing for that. */
  damagedOf (address: Address): string | null {
    return this.#known.has(address) ? null : this.#damaged.get(address) ?? null
  }

  /** The chain of a newsletter, or null when none has arrived yet. */
  async get (address: Address): Promise<KnownRoot | null> {
    const known = this.#known.get(address)
    if (known) return known
    return await (this.#reading.get(address) ?? this.#read(address))
  }

  #read (address: Address): Promise<KnownRoot | null> {
    const reading: Promise<KnownRoot | null> = this.#load(address, 'root').then(async chain => {
      const read = chain && { chain, dispute: await this.#load(address, 'dispute') }
      // Else it was taken away meanwhile.
      if (read && this.#reading.get(address) === reading) this.#known.set(address, read)
      return read
    }).finally(() => { if (this.#reading.get(address) === reading) this.#reading.delete(address) })
    this.#reading.set(address, reading)
    return reading
  }

  /**
   * Takes over a valid chain where it says more than what is known.
   *
   * @returns true when anything changed
   */
  async offer (offered: RootChain): Promise<boolean> {
    return await this.#turns.inTurn(offered.address, async () => await this.#merge(offered))
  }

  /** Like {@link offer}, unless another document has come first: one that nobody has seen yet would only split the root. */
  async offerNext (offered: RootChain): Promise<boolean> {
    return await this.#turns.inTurn(offered.address, async () => {
      const known = await this.get(offered.address)
      return (!known || departureOf(known.chain, offered) === null) && await this.#merge(offered)
    })
  }

  async #merge (offered: RootChain): Promise<boolean> {
    const { address } = offered
    const known = await this.get(address)
    const { chain, changed, dispute } = await inSteps(mergeRootChains(known?.chain ?? null, offered))
    // A dispute stays until a longer chain settles it.
    const open = changed ? null : dispute ?? known?.dispute ?? null
    if (!changed && open?.newestHash === known?.dispute?.newestHash) return false
    if (changed) await writeDurably(this.#file(address, 'root'), encodeRootChain(chain.files))
    if (open) await writeDurably(this.#file(address, 'dispute'), encodeRootChain(open.files))
    else await rm(this.#file(address, 'dispute'), { force: true })
    this.#known.set(address, { chain, dispute: open })
    return true
  }

  async remove (address: Address): Promise<void> {
    await this.#turns.inTurn(address, async () => {
      this.#known.delete(address)
      this.#reading.delete(address)
      await rm(this.#file(address, 'root'), { force: true })
      await rm(this.#file(address, 'dispute'), { force: true })
    })
  }

  /** Addresses with a stored chain. */
  async addresses (): Promise<Address[]> {
    const names = await readdir(this.#folder).catch(() => []) // no folder: no chains yet
    return names.filter(name => name.endsWith('.root')).map(name => name.slice(0, -'.root'.length))
  }

  async #load (address: Address, kind: 'root' | 'dispute'): Promise<RootChain | null> {
    const content = await readIfThere(this.#file(address, kind))
    if (!content) return null
    try {
      return await inSteps(rootChainSteps(address, decodeRootChain(content)))
    } catch {
      const aside = await putAside(this.#file(address, kind))
      if (kind === 'root') this.#damaged.set(address, aside)
      return null
    }
  }

  #file (address: Address, kind: 'root' | 'dispute'): string {
    return join(this.#folder, `${address}.${kind}`)
  }
}
