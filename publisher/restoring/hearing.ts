import type { Address } from '../../shared/format/address.ts'
import type { Beacon } from '../../shared/format/beacon.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'

/** A lost machine that is on after all is heard within this after it was met, or asked. */
const LISTEN_MS = 3_000

/**
 * Finds out which writers' machines are on, whatever their clocks say: one that is on says something newer each time when
 * it is asked, so all are asked twice.
 */
export class Hearing {
  #address: Address
  #receipts: Receipts
  #since = new Date().toISOString()
  #askedMs = 0
  /** What each writer had said at the latest when it was asked again. */
  #said = new Map<string, string>()

  constructor (address: Address, receipts: Receipts) {
    this.#address = address
    this.#receipts = receipts
    receipts.collectAll(address)
  }

  /** True when everybody who is there had time to say so. @param metMs when the last of them was met */
  async isOver (metMs: number): Promise<boolean> {
    const nowMs = Date.now()
    if (nowMs - metMs <= LISTEN_MS) return false
    if (this.#askedMs > metMs) return nowMs - this.#askedMs > LISTEN_MS
    this.#said = new Map((await this.#receipts.beacons.told(this.#address)).map(({ writer, at }) => [writer, at]))
    this.#askedMs = nowMs
    this.#receipts.collectAll(this.#address)
    return false
  }

  /** @param beacon the newest of a writer */
  readonly isOn = ({ writer, at }: Beacon): boolean => at > this.#since || at > (this.#said.get(writer) ?? this.#since)
}
