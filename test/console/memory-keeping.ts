import { EventEmitter } from 'node:events'
import type { KeepingPart } from '../../console/server/parts.ts'
import type { Eviction, KeepBody, KeeperSettings, KeeperSettingsChange, KeepingOffer, Kept } from '../../shared/api/keeping.ts'

const CAPS = { maxDiskBytes: null, maxUpBytes: null, maxDownBytes: null }

/** Keeps whatever it is told to, and tells by it what it was asked. */
export class MemoryKeeping extends EventEmitter<{ keptChanged: [address: string], issueEvicted: [eviction: Eviction] }> implements KeepingPart {
  #settings: KeeperSettings = { name: '', owner: '', ...CAPS, quietHours: null, web: null }
  isKept (): boolean { return true }
  async all (): Promise<{ settings: KeeperSettings, kept: Kept[], usedBytes: number }> { return { settings: this.#settings, kept: [], usedBytes: 7 } }
  async change (change: KeeperSettingsChange): Promise<KeeperSettings> { return (this.#settings = { ...this.#settings, ...change }) }
  async get (newsletter: string): Promise<Kept> { return await this.keep({ address: newsletter }) }
  async look (address: string): Promise<KeepingOffer> {
    return { newsletter: address, link: '', state: 'looking', title: '', authors: [], issues: 0, diskBytes: 0, bytesPerYear: 0, freeBytes: 9, sees: [] }
  }

  async keep ({ address, owner = '', until = null }: KeepBody): Promise<Kept> {
    return { newsletter: address, link: '', title: '', since: '', until, owner, ...CAPS, isPrivate: false, usedBytes: 0, issues: { known: 0, ready: 0, removed: 0 } }
  }

  async drop (newsletter: string): Promise<{ newsletter: string, freedBytes: number }> { return { newsletter, freedBytes: 3 } }
  async evictions (): Promise<Eviction[]> { return [] }
}
