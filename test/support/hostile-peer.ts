import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import Corestore from 'corestore'
import type { KeyPair } from 'hypercore'
import DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import Protomux from 'protomux'
import type { Test } from 'tap'
import type { Address } from '../../shared/format/address.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import type { TestNetwork } from './network.ts'

const LOOK_MS = 10
const PATIENCE_MS = 3_000
const nothing = (): void => {}

export interface HostilePeerOptions {
  dht: DHT
  victim: Uint8Array
  address: Address
  /** With the cores that it shares, open. */
  store: Corestore
  /** Of each core, to speak of with the victim beside hypercore's own channel. */
  discoveryKeys: Uint8Array[]
  /** Whose connection it is; without: a stranger's. */
  keyPair?: KeyPair
}

/** A peer that knows a newsletter, opens every channel there is, and then says whatever it likes. */
export class HostilePeer {
  readonly connection: Connection
  /** Frames of either side, as they are on the connection. */
  readonly heard: Buffer[] = []
  #mux: Protomux
  #isOpen = true

  private constructor (connection: Connection) {
    this.connection = connection
    this.#mux = Protomux.from(connection)
    connection.once('close', () => { this.#isOpen = false })
  }

  /** Null: the victim does not let it in. */
  static async connect ({ dht, victim, address, store, discoveryKeys, keyPair = DHT.keyPair() }: HostilePeerOptions): Promise<HostilePeer | null> {
    const connection = dht.connect(victim, { keyPair })
    connection.on('error', nothing)
    const isOpen = await Promise.race([once(connection, 'open').then(() => true, () => false), once(connection, 'close').then(() => false, () => false)])
    if (!isOpen) return null
    const peer = new HostilePeer(connection)
    peer.#listen()
    store.replicate(connection)
    const deaf = { onShared: nothing, onUnshared: nothing, onState: nothing, onRoot: nothing, onPeers: nothing, onRefused: nothing }
    new Greeting(connection, deaf).tell([address])
    for (const protocol of ['colporteur/receipts/1', 'colporteur/histories/1']) peer.#mux.createChannel({ protocol })?.open()
    for (const id of discoveryKeys) peer.#mux.createChannel({ protocol: 'colporteur/spread/1', id })?.open()
    await peer.settled()
    return peer
  }

  get isOpen (): boolean { return this.#isOpen && !this.connection.destroyed }

  /** Channels that both sides have open. */
  get channels (): { id: number, protocol: string }[] {
    return [...this.#mux].filter(channel => channel?.opened).map(channel => ({ id: channel!._localId, protocol: channel!.protocol }))
  }

  /** Bytes as they are, on the connection. */
  write (frame: Uint8Array): void {
    if (this.isOpen) this.connection.write(Buffer.from(frame))
  }

  /** Returns when the other side has read all that was written, or the connection is over, or what was said has made the other side deaf. */
  async settled (): Promise<void> {
    let isAnswered = false
    // Nobody speaks it: it is refused in its turn.
    this.#mux.createChannel({ protocol: 'are you there', id: randomBytes(8), onclose: () => { isAnswered = true } })?.open()
    const startedMs = performance.now()
    for await (const _ of setInterval(LOOK_MS)) if (isAnswered || !this.isOpen || performance.now() - startedMs > PATIENCE_MS) break
  }

  async end (): Promise<void> {
    if (!this.isOpen) return
    const closed = once(this.connection, 'close')
    this.connection.destroy()
    await closed
  }

  #listen (): void {
    const keep = (frame: Buffer): void => { if (this.heard.length < 500 && frame.length < 100_000) this.heard.push(Buffer.from(frame)) }
    this.connection.on('data', keep)
    const write = this.connection.write.bind(this.connection) as (frame: Buffer) => boolean
    this.connection.write = ((frame: Buffer) => {
      keep(frame)
      return write(frame)
    }) as Connection['write']
  }
}

/** What hostile peers call from, and share: a place in the network and a store of their own. */
export async function openHostile (t: Test, { bootstrap, folder }: TestNetwork): Promise<{ dht: DHT, store: Corestore }> {
  const dht = new DHT({ ...(bootstrap && { bootstrap }), host: '127.0.0.1', firewalled: false })
  dht.setMaxListeners(0)
  const store = new Corestore(join(folder, 'hostile'))
  t.teardown(async () => {
    await dht.destroy({ force: true })
    await store.close()
  })
  return { dht, store }
}
