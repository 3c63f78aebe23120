import { isAppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import type { Beacon } from '../../format/beacon.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { Log } from '../../log.ts'
import type { DriveReader } from '../drive-reader.ts'
import type { RootStore } from '../root-store.ts'
import { Beacons, type Offered } from './beacons.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

export interface BeaconExchangeParts {
  roots: RootStore
  folder: string
  log: Log
  channels: () => Iterable<ReceiptChannel>
  /** A writer has said how far it has come, or its clock goes ahead. */
  onChanged: (address: Address) => void
}

/** Passes on what writers say of how far they have come. */
export class BeaconExchange {
  #parts: BeaconExchangeParts
  #beacons: Beacons

  constructor (parts: BeaconExchangeParts) {
    this.#parts = parts
    this.#beacons = new Beacons(parts)
  }

  async close (): Promise<void> {
    await this.#beacons.close()
  }

  /** Tells everybody how far a writer of this node has come. */
  async tell (address: Address, beacon: Signed): Promise<void> {
    this.#pass(address, await this.#beacons.offer(address, [beacon]), null)
  }

  /** Until when what is here was all there was, as the newsletter's writers say; ISO 8601; null: not known. */
  async confirmedAt (address: Address, readers: DriveReader[]): Promise<string | null> {
    return await this.#beacons.confirmedAt(address, readers)
  }

  /** What the clock of a writer says by now that goes far ahead of this node's; ISO 8601; null: none does, as far as is known. */
  async aheadAt (address: Address): Promise<string | null> {
    return await this.#beacons.aheadAt(address)
  }

  /** The newest that each writer has said of how far it has come. */
  async told (address: Address): Promise<Beacon[]> {
    return await this.#beacons.told(address)
  }

  async forget (address: Address): Promise<void> {
    await this.#beacons.remove(address)
  }

  onShared (channel: ReceiptChannel, address: Address): void {
    this.#inBackground(this.#beacons.all(address).then(beacons => {
      if (beacons.length > 0) channel.sendBeacons(address, { beacons })
    }))
  }

  onBeacons (channel: ReceiptChannel, address: Address, beacons: Signed[]): void {
    this.#inBackground(this.#beacons.offer(address, beacons, channel.remoteId).then(offered => this.#pass(address, offered, channel), (error: unknown) => {
      if (!isAppError(error)) throw error
      channel.connection.destroy(error)
    }))
  }

  /** A root has come by which those that waited can be checked. */
  onRootChanged (address: Address): void {
    this.#inBackground(this.#beacons.rootChanged(address).then(offered => this.#pass(address, offered, null)))
  }

  #pass (address: Address, { taken: beacons, isNews }: Offered, from: ReceiptChannel | null): void {
    if (!isNews) return
    if (beacons.length > 0) for (const channel of this.#parts.channels()) if (channel !== from) channel.sendBeacons(address, { beacons })
    this.#parts.onChanged(address)
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'beacons'))
  }
}
