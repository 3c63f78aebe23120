import { once } from 'node:events'
import compact from 'compact-encoding'
import type { KeyPair } from 'hypercore'
import DHT, { type HostPort } from 'hyperdht'
import { handshake, type HandshakeMessage } from 'hyperdht/lib/messages.js'
import NoiseWrap, { type HandshakePayload } from 'hyperdht/lib/noise-wrap.js'
import Hyperswarm, { type Connection } from 'hyperswarm'
import type { Test } from 'tap'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { until } from './until.ts'

const PEER_HANDSHAKE = 0
export const FROM_CLIENT = 0
export const FROM_SECOND_RELAY = 2

/** A swarm that others call over a DHT on loopback. */
export class CalledSwarm {
  readonly swarm: Hyperswarm
  readonly keyPair: KeyPair
  /** Bytes of each call that was dealt with. */
  readonly calls: Buffer[] = []
  #t: Test
  #bootstrap: HostPort[]

  private constructor (t: Test, bootstrap: HostPort[], keyPair: KeyPair, dht: DHT) {
    this.#t = t
    this.#bootstrap = bootstrap
    this.keyPair = keyPair
    this.swarm = new Hyperswarm({ dht, keyPair })
    this.swarm.on('connection', connection => {
      connection.on('error', () => {})
      connection.write(Buffer.from('welcome'))
    })
  }

  /** @param prepare before anybody can call it */
  static async open (t: Test, prepare: (swarm: Hyperswarm, dht: DHT) => void, { keyPair = DHT.keyPair(), firewalled = false } = {}): Promise<CalledSwarm> {
    const network = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
    const bootstrap = network.addresses.split(',').map(text => ({ host: '127.0.0.1', port: Number(text.split(':')[1]) }))
    // What takes a node on loopback for one that everybody can reach comes too late for one that is asked to be behind a firewall.
    const dht = new DHT({ bootstrap, host: '127.0.0.1', firewalled, ...(firewalled && { quickFirewall: false }) })
    const called = new CalledSwarm(t, bootstrap, keyPair, dht)
    prepare(called.swarm, dht)
    const { server } = called.swarm
    server.handshakeClearWait = 0
    const add = server._addHandshake.bind(server)
    server._addHandshake = (id, noise, ...rest) => {
      called.calls.push(Buffer.from(noise))
      return add(id, noise, ...rest)
    }
    t.teardown(async () => {
      await called.swarm.destroy({ force: true })
      await network.close()
    })
    await called.swarm.listen()
    return called
  }

  get #address (): HostPort { return { host: '127.0.0.1', port: this.swarm.dht.address().port } }

  /** Another node of the DHT. */
  node (): DHT {
    const dht = new DHT({ bootstrap: this.#bootstrap, host: '127.0.0.1', firewalled: false })
    this.#t.teardown(() => dht.destroy({ force: true }))
    return dht
  }

  /** An honest call that comes about. */
  async call (dht: DHT, keyPair: KeyPair): Promise<Connection> {
    const connection = dht.connect(this.keyPair.publicKey, { keyPair })
    connection.on('error', () => {})
    await once(connection, 'open')
    return connection
  }

  /** The bytes of a call. */
  callOf (keyPair: KeyPair, payload: Partial<HandshakePayload> & { udx?: object | null }): Buffer {
    const stream = { udx: { reusableSocket: false, id: 5, seq: 0 }, secretStream: {} }
    const usual = { error: 0, firewall: 0, holepunch: null, addresses4: [], addresses6: [], ...stream, relayThrough: null }
    return new NoiseWrap(keyPair, this.keyPair.publicKey as Buffer).send({ ...usual, ...payload })
  }

  /** Says a call that it may have heard from another; returns when that was dealt with. */
  async say (dht: DHT, noise: Buffer, message: Partial<HandshakeMessage> = {}): Promise<void> {
    const { length } = this.calls
    const value = compact.encode(handshake, { mode: FROM_CLIENT, noise, peerAddress: null, relayAddress: null, ...message })
    const target = DHT.hash(this.keyPair.publicKey)
    dht.request({ command: PEER_HANDSHAKE, target, value }, this.#address, { retry: false }).catch(() => {}) // who passes something on is not answered
    await until('the call is dealt with', () => this.calls.length > length)
  }

  /** Nothing of any call is kept any more, by which the same bytes would be known. */
  async forgotten (): Promise<void> {
    await until('the calls are forgotten', () => this.swarm.server._connects.size === 0)
  }
}
