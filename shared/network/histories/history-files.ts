import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Value from 'typebox/value'
import { checkedJson, readChecked } from '../../checked-json.ts'
import { keepAside, putAside, readIfThere, writeDurably } from '../../durable-file.ts'
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

  constructor (folder: string, log: Log) {
    this.#folder = folder
    this.#log = log
  }

  /** The same object each time, which is changed and then saved. */
  async of (address: Address): Promise<Drives> {
    const loading = this.#loaded.get(address) ?? this.#load(address)
    this.#loaded.set(address, loading)
    return await loading
  }

  async #load (address: Address): Promise<Drives> {
    const file = this.#file(address)
    const content = await readIfThere(file)
    const { json, check } = readChecked(content?.toString('utf8') ?? '')
    const stored = parse(json)
    if (Value.Check(StoredHistories, stored)) {
      const drives = new Map(Object.entries(stored.drives))
      if (check !== 'wrong') return drives
      this.#log.warn({ newsletter: address, aside: await keepAside(file) }, 'what was remembered of histories was changed by something other than this program')
      // What was only seen may be what was not: a writer would be said to have signed two histories.
      for (const [drive, { others }] of drives) if (others.length === 0) drives.delete(drive)
      await this.save(address, drives)
      return drives
    }
    if (content) this.#log.warn({ newsletter: address, aside: await putAside(file) }, 'what was remembered of histories is damaged, and forgotten')
    return new Map()
  }

  async save (address: Address, drives: Drives): Promise<void> {
    await writeDurably(this.#file(address), checkedJson({ drives: Object.fromEntries(drives) }))
  }

  async remove (address: Address): Promise<void> {
    this.#loaded.delete(address)
    await rm(this.#file(address), { force: true })
  }

  #file (address: Address): string {
    return join(this.#folder, `${address}.json`)
  }
}

function parse (json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
