import { EventEmitter } from 'node:events'
import type { CustodyPart } from '../../console/server/parts.ts'
import type { WordCustody, WordSets } from '../../shared/api/words.ts'

/** Has words for every newsletter, and tells by them what it was asked. */
export class MemoryCustody extends EventEmitter<{ wordsChanged: [address: string] }> implements CustodyPart {
  #sealed = false
  unconfirmed (): boolean { return true }
  async describe (): Promise<WordCustody> { return { sets: 1, threshold: 1, unconfirmed: ['KEY'], sealed: this.#sealed } }
  async show (_address: string, passphrase = 'none'): Promise<WordSets> { return { sets: [{ key: 'KEY', words: `shown with ${passphrase}` }] } }
  async confirm (address: string): Promise<void> { this.emit('wordsChanged', address) }
  async seal (): Promise<void> { this.#sealed = true }
}
