import Corestore from 'corestore'
import type { ReplicationPeer } from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm, { type Connection, type PeerDiscovery } from 'hyperswarm'
import type { Config } from '../../shared/config.ts'
import { type Address, topicOf } from '../../shared/format/address.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import type { Ends } from './namespaces.ts'

/** So many of them share a node of the DHT. */
const SHARED = 25

export interface StrangersOptions {
  bootstrap: Config['bootstrap']
  address: Address
  count: number
  /** Folder of a store of whose drives they say that they have everything; null: they replicate nothing. */
  store: string | null
  /** What they never answer. */
  mute: 'all' | 'blocks'
}

/** Many nodes that know a newsletter's address, connect to whoever follows it, prove that they know it, and give nothing. */
export class Strangers {
  #discoveries: PeerDiscovery[]
  /** Connections that they hold. */
  readonly connections = new Set<Connection>()

  private constructor (swarms: Hyperswarm[], address: Address, store: Corestore | null) {
    for (const swarm of swarms) {
      swarm.on('connection', connection => {
        this.connections.add(connection)
        connection.on('error', () => {}) // whoever has had enough of it
        connection.once('close', () => this.connections.delete(connection))
        store?.replicate(connection)
        greet(connection, address)
      })
    }
    this.#discoveries = swarms.map(swarm => swarm.join(topicOf(address), { server: true, client: true }))
  }

  static async gather (ends: Ends, { bootstrap, address, count, store, mute }: StrangersOptions): Promise<Strangers> {
    const corestore = store === null ? null : new Corestore(store, { allowBackup: true })
    await corestore?.ready()
    if (corestore) silence(corestore, mute)
    const dhts = Array.from({ length: Math.ceil(count / SHARED) }, () => new DHT({ ...(bootstrap && { bootstrap }), host: '127.0.0.1', firewalled: false }))
    for (const dht of dhts) dht.setMaxListeners(0)
    const keys = Array.from({ length: count }, () => DHT.keyPair())
    // They have nothing to say to each other.
    const own = new Set(keys.map(({ publicKey }) => publicKey.toString('hex')))
    const firewall = (key: Buffer): boolean => own.has(key.toString('hex'))
    const swarms = keys.map((keyPair, i) => new Hyperswarm({ dht: dhts[i % dhts.length]!, keyPair, maxPeers: 1_000, firewall }))
    const strangers = new Strangers(swarms, address, corestore)
    ends.teardown(async () => {
      // Not by force, which leaves a clock running for each.
      await strangers.#leave()
      await Promise.all(swarms.map(swarm => swarm.destroy({ force: true })))
      await Promise.all(dhts.map(dht => dht.destroy({ force: true })))
      await corestore?.close()
    })
    await Promise.all(strangers.#discoveries.map(discovery => discovery.flushed()))
    return strangers
  }

  /** All of them look again for whoever follows the newsletter. */
  async look (): Promise<void> {
    await Promise.all(this.#discoveries.map(discovery => discovery.refresh({ client: true, server: true }).catch(() => {})))
  }

  async #leave (): Promise<void> {
    await Promise.all(this.#discoveries.map(discovery => discovery.destroy().catch(() => {})))
  }
}

/** Proves that the newsletter is known, and has nothing to say about it. */
function greet (connection: Connection, address: Address): void {
  const nothing = (): void => {}
  new Greeting(connection, { onShared: nothing, onUnshared: nothing, onState: nothing, onRoot: nothing, onPeers: nothing, onRefused: nothing }).tell([address])
}

/** What is asked for is never given, nor refused. */
function silence (store: Corestore, mute: 'all' | 'blocks'): void {
  store.watch(({ replicator }) => {
    const addPeer = replicator._addPeer.bind(replicator)
    replicator._addPeer = (peer: ReplicationPeer) => {
      const { onrequest } = peer
      peer.onrequest = async message => { if (mute === 'blocks' && !message.block) await onrequest.call(peer, message) }
      addPeer(peer)
    }
  })
}
