import type { Connection } from 'hyperswarm'
import z32 from 'z32'
import { type AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { decodeHistory, driveInHistory, encodeHistory, type SignedHistory } from '../../format/history.ts'
import type { CoreState } from '../../format/receipt.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import type { Greeting } from '../greeting.ts'
import type { Meeting } from '../meeting.ts'
import { HistoryChannel, type HistoryListener } from './history-channel.ts'
import { checkHistory } from './signed-history.ts'

/** To one peer a history is passed on so often: reading it is dearer than asking for it. */
const MOST_TOLD = 16

export interface HistoryExchangeParts {
  meeting: Meeting
  log: Log
  /** The history of a drive that is here; null while it is not whole. */
  here: (address: Address, drive: string) => Promise<SignedHistory | null>
  /** One that was asked for has come, and its writer has signed it. */
  onHistory: (address: Address, drive: string, history: SignedHistory, head: CoreState) => void
}

/** Fetches another history of a drive from who has shown it, so that both can be looked into. */
export class HistoryExchange extends Resource implements HistoryListener {
  #parts: HistoryExchangeParts
  #channels = new Map<HistoryChannel, { peer: string, told: number, wanted: Set<string>, asked: Set<string> }>()
  #onMet = (greeting: Greeting, connection: Connection): void => this.#meet(greeting, connection)
  #onShared = ({ remoteKey }: Greeting): void => this.#askAll(remoteKey.toString('hex'))

  constructor (parts: HistoryExchangeParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#parts.meeting.on('met', this.#onMet)
    this.#parts.meeting.on('shared', this.#onShared)
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('met', this.#onMet)
    this.#parts.meeting.off('shared', this.#onShared)
  }

  /** @param peer key in hex of who has shown it */
  ask (address: Address, drive: string, peer: string): void {
    for (const channel of this.#channels.values()) if (channel.peer === peer) channel.wanted.add(`${address} ${drive}`)
    this.#askAll(peer)
  }

  #meet (greeting: Greeting, connection: Connection): void {
    const channel = new HistoryChannel(connection, greeting, this)
    this.#channels.set(channel, { peer: connection.remotePublicKey.toString('hex'), told: 0, wanted: new Set(), asked: new Set() })
    connection.once('close', () => this.#channels.delete(channel))
  }

  #askAll (peer: string): void {
    for (const [channel, { peer: of, wanted, asked }] of this.#channels) {
      if (of !== peer) continue
      for (const want of wanted) {
        const [address, drive] = want.split(' ') as [Address, string]
        if (!channel.want(address, z32.decode(drive))) continue
        wanted.delete(want)
        asked.add(want)
      }
    }
  }

  onWant (channel: HistoryChannel, address: Address, drive: Uint8Array): void {
    const known = this.#channels.get(channel)
    if (!known || known.told++ >= MOST_TOLD) return
    this.#parts.here(address, z32.encode(drive)).then(history => { if (history) channel.tell(address, encodeHistory(history)) }).catch((error: unknown) => {
      if (!this.closing) this.#parts.log.warn({ error: messageOf(error) }, 'a history could not be passed on')
    })
  }

  onTold (channel: HistoryChannel, address: Address, bytes: Uint8Array): void {
    const drive = z32.encode(Buffer.from(driveInHistory(bytes)))
    // What nobody asked for is not looked at.
    if (!this.#channels.get(channel)?.asked.delete(`${address} ${drive}`)) return
    const history = decodeHistory(bytes, address)
    this.#parts.onHistory(address, drive, history, checkHistory(history))
  }

  onRefused (channel: HistoryChannel, error: AppError): void {
    this.#parts.log.warn({ peer: this.#channels.get(channel)?.peer.slice(0, 8), code: error.code, reason: error.message }, 'refused a history')
  }
}
