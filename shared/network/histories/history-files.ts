import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { checkedJson, parseChecked } from '../../checked-json.ts'
import { putAside, readIfThere, replaceKept, writeDurably } from '../../durable-file.ts'
import { messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import type { Log } from '../../log.ts'
import { type DriveHistory, StoredHistories } from './stored-history.ts'

/** By the keys of drives. */
export type Drives = Map<string, DriveHistory>

/** What is remembered of drives, in a file for each newsletter, apart from the store. */
export class HistoryFiles {
  #folder: string
  #log: Log
  #loaded = new Map<Address, Promise<Drives>>()
  /** Of which the file is one that something else has changed. */
  #wrong = new Set<Address>()

  constructor (folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** The same object each time, which is changed and then saved. */
  async of (address: Address): Promise<Drives> {
    const known = this.#loaded.get(address)
    if (known) return await known
    const loading = this.#load(address)
    this.#loaded.set(address, loading)
    loading.catch(() => this.#loaded.delete(address)) // told to who asked; the next one tries again
    return await loading
  }

  /** Where files are kept that something else had changed, until somebody removes them. */
  async asides (): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []) // there is none before anything is remembered
    return names.filter(name => name.includes('.json.damaged-')).sort().map(name => join(this.#folder, name))
  }

  async #load (address: Address): Promise<Drives> {
    const file = this.#file(address)
    const content = await readIfThere(file)
    const { json: stored, check } = parseChecked(content?.toString('utf8') ?? '')
    if (Value.Check(StoredHistories, stored)) {
      const drives = new Map(Object.entries(stored.drives))
      if (check !== 'wrong') return drives
      // What was only seen may be what was not: a writer would be said to have signed two histories.
      for (const [drive, { others }] of drives) if (others.length === 0) drives.delete(drive)
      this.#wrong.add(address)
      // On a full disk what could be read counts, and the file is as it was found.
      const later = (error: unknown): void => this.#log.error({ newsletter: address, error: messageOf(error) }, 'mending what was remembered of histories')
      await this.save(address, drives).catch(later)
      return drives
    }
    if (content) this.#log.warn({ newsletter: address, aside: await putAside(file) }, 'what was remembered of histories is damaged, and forgotten')
    return new Map()
  }

  async save (address: Address, drives: Drives): Promise<void> {
    const [file, text] = [this.#file(address), checkedJson({ drives: Object.fromEntries(drives) })]
    if (!this.#wrong.has(address)) return await writeDurably(file, text)
    const aside = await replaceKept(file, () => text)
    this.#wrong.delete(address)
    this.#log.warn({ newsletter: address, aside }, 'what was remembered of histories was changed by something other than this program')
  }

  async remove (address: Address): Promise<void> {
    this.#loaded.delete(address)
    this.#wrong.delete(address)
    await rm(this.#file(address), { force: true })
  }

  #file (address: Address): string {
    return join(this.#folder, `${address}.json`)
  }
}
