import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../durable-file.ts'
import type { Address } from '../../format/address.ts'
import { decodeHistory, encodeHistory, type SignedHistory } from '../../format/history.ts'
import type { CoreState } from '../../format/receipt.ts'
import { inSteps } from '../../in-steps.ts'
import { checkHistorySteps, treeHashAt } from './signed-history.ts'

/** More than these of one drive prove nothing more, and whoever holds its key could fill a disk with them. */
const MOST_KEPT = 4

export interface KeptHistory { head: CoreState, history: SignedHistory }

/** Earlier versions left the fork out of the name. */
interface StoredHistory extends KeptHistory { name: string }

/** Other histories of drives than those that are here, each whole in a file of its own, which anybody can check. */
export class KeptHistories {
  #folder: string

  /** @param folder with one for each newsletter in it */
  constructor (folder: string) {
    this.#folder = folder
  }

  /** Those of one drive that hold, in the order of their tree hashes. What is damaged is not shown. */
  async of (address: Address, drive: string): Promise<KeptHistory[]> {
    return (await this.#stored(address, drive)).map(({ history, head }) => ({ history, head }))
  }

  async #stored (address: Address, drive: string): Promise<StoredHistory[]> {
    const names = await readdir(join(this.#folder, address)).catch(() => []) // no folder: none
    const stored = []
    for (const name of names.filter(one => one.startsWith(`${drive}.`) && one.endsWith('.history'))) {
      const kept = await this.#read(address, name)
      if (kept) stored.push({ ...kept, name })
    }
    return stored.sort((a, b) => a.head.treeHash < b.head.treeHash ? -1 : a.head.treeHash > b.head.treeHash ? 1 : a.head.fork - b.head.fork)
  }

  /** True when a history that was seen is among those that are kept. */
  async has (address: Address, drive: string, head: CoreState): Promise<boolean> {
    return (await this.of(address, drive)).some(kept => isWithin(head, kept))
  }

  /** Keeps a history that was checked, in place of a shorter one that is its beginning. False: it is here, or there are too many. */
  async keep (address: Address, drive: string, history: SignedHistory, head: CoreState): Promise<boolean> {
    const kept = await this.#stored(address, drive)
    if (kept.some(other => isWithin(head, other))) return false
    const shorter = kept.filter(other => isWithin(other.head, { head, history }))
    if (kept.length - shorter.length >= MOST_KEPT) return false
    await mkdir(join(this.#folder, address), { recursive: true, mode: 0o700 })
    await writeDurably(this.#file(address, drive, head), encodeHistory(history))
    for (const { name } of shorter) await rm(join(this.#folder, address, name), { force: true })
    return true
  }

  /** Folder for what can be read of a history that was here. */
  asideOf (address: Address, drive: string, treeHash: string): string {
    return join(this.#folder, address, `${drive}.${treeHash}`)
  }

  async drop (address: Address, drive: string, head: CoreState): Promise<void> {
    const isIt = (kept: CoreState): boolean => kept.fork === head.fork && kept.treeHash === head.treeHash
    const stored = await this.#stored(address, drive)
    for (const { name } of stored.filter(({ head }) => isIt(head))) await rm(join(this.#folder, address, name), { force: true })
  }

  async forget (address: Address): Promise<void> {
    await rm(join(this.#folder, address), { recursive: true, force: true })
  }

  async #read (address: Address, name: string): Promise<KeptHistory | null> {
    try {
      const history = decodeHistory(await readFile(join(this.#folder, address, name)), address)
      return { history, head: await inSteps(checkHistorySteps(history)) }
    } catch {
      return null // a file on the disk is believed no more than a peer
    }
  }

  #file (address: Address, drive: string, { fork, treeHash }: CoreState): string {
    return join(this.#folder, address, `${drive}.${fork}.${treeHash}.history`)
  }
}

/** True when a history begins as, or is, the one with that head. */
function isWithin ({ fork, length, treeHash }: CoreState, { head, history }: KeptHistory): boolean {
  return head.fork === fork && head.length >= length && treeHashAt(history, length) === treeHash
}
