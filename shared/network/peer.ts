import type Corestore from 'corestore'
import type { KeyPair } from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm, { type Connection, type PeerInfo } from 'hyperswarm'
import { isAppError, messageOf } from '../errors.ts'
import { folderBytes } from '../folder-bytes.ts'
import { Resource } from '../resource.ts'
import { Turns } from '../turns.ts'
import { checkBindable } from './bindable.ts'
import { Calls } from './calls.ts'
import type { OtherHistory } from './histories/history-watch.ts'
import { farHostOf, hostOf, isLoopback } from './host-of.ts'
import type { Knocks } from './knocks.ts'
import { Lan } from './lan/lan.ts'
import { OpenConnections } from './open-connections.ts'
import { openDht } from './open-dht.ts'
import { compactStore, type OpenedStore, openStore, takeCopy } from './open-store.ts'
import { Relaying } from './relaying.ts'
import type { CorePaces } from './paced-replication.ts'
import type { PeerOptions } from './peer-options.ts'
import { OUTBOUND, Places } from './places.ts'
import type { ProvenPeers } from './proven-peers.ts'
import type { Spreading } from './spreading/spreading.ts'
import type { Need } from './topic.ts'
import { type JoinedTopic, Topics } from './topics.ts'
import { withLimit } from './with-limit.ts'
import { worthOf } from './worth.ts'
import { type WrappedReplication, wrapReplication } from './wrap-replication.ts'

/** A dead DHT record holds a dialling place for 8 s; with the default of 3 places a few of them block everything. */
const MAX_PARALLEL = 24
/** Leaving the DHT politely saves others from dialling us; without a network it would never end. */
const GOODBYE_MS = 3_000

interface PeerEvents {
  /** `outgoing`: made by this node. */
  connection: [connection: Connection, outgoing: boolean]
  connectionsChanged: []
  /** The first block whose proof holds has come by a connection. */
  proven: [connection: Connection]
  /** A block of a core, by its key in hex, or of a drive, by its key in z-base-32, can't be read any more. */
  damageFound: [key: string]
  /** A peer has shown a history of a core, by its key in hex, which is not the one here, and which its writer has signed. */
  otherHistory: [coreKey: string, other: OtherHistory]
}

/** The one place where the store and the swarm live, with one life. */
export class Peer extends Resource<PeerEvents> {
  #opened: OpenedStore | null = null
  #options: PeerOptions
  #swarm: Hyperswarm | null = null
  #lan: Lan | null = null
  #open = new OpenConnections()
  #relaying: Relaying | null = null
  #calls: Calls | null = null
  #compactions = new Turns()
  #relays: () => Buffer[] = () => []
  #publicKey: Buffer | null = null
  #refused = 0
  #wrapped: WrappedReplication | null = null
  #places: Places<PeerInfo> | null = null
  #topics: Topics | null = null
  #pacesOf: (coreKey: string) => CorePaces | null = () => null

  constructor (options: PeerOptions) {
    super()
    this.#options = options
  }

  protected override async _open (): Promise<void> {
    this.#opened = await openStore(this.#options.folder)
    const { budgets, proven } = this.#wrapped = wrapReplication(this.store, {
      log: this.#options.log,
      self: () => this.#publicKey,
      pacesOf: core => this.#pacesOf(core),
      onProven: connection => this.emit('proven', connection),
      onOtherHistory: (core, other) => this.emit('otherHistory', core, other),
      onDamage: core => this.emit('damageFound', core)
    })
    const { network } = this.#options
    if (!network) return
    if (network.bind) await checkBindable(network.bind)
    const isLocal = network.bind !== null && isLoopback(network.bind)
    const dht = openDht(network, this.#options.log)
    if (network.relay) this.#relaying = new Relaying(dht, this.#options.log)
    const keyPair = DHT.keyPair(network.seed)
    this.#publicKey = keyPair.publicKey
    this.#calls = new Calls({ dht, proven, budgets, isLocal, relays: () => this.#relays().filter(key => !this.isSelf(key)) })
    this.#swarm = new Hyperswarm({
      // Its own limit counts what others connect, and stops all calling when there are enough of them.
      dht, keyPair, maxPeers: Infinity, maxClientConnections: OUTBOUND, maxParallel: MAX_PARALLEL,
      relayThrough: force => force || dht.randomized ? this.#calls!.anyRelay() : null
    })
    this.#calls.use(this.#swarm)
    this.#topics = new Topics({ swarm: this.#swarm, isPrivate: network.bootstrap !== null, log: this.#options.log })
    this.#places = new Places<PeerInfo>({
      ...worthOf(this.#wrapped),
      hostOf: isLocal ? farHostOf : hostOf,
      forget: known => this.#swarm?._maybeDeletePeer(known)
    })
    this.#swarm.on('connection', (connection, known) => {
      connection.on('error', () => {}) // told below, of those that are let in
      connection.setMaxListeners(0) // every room of the node waits for its end
      if (this.#places!.take(connection, known, known.client)) this.#onConnection(connection, known.client, false)
      else connection.destroy()
    })
    if (network.lan && !isLocal) await this.#openLan(network.bind, keyPair)
  }

  /** A machine that can't do it still meets others over the DHT. */
  async #openLan (bind: string | null, keyPair: KeyPair): Promise<void> {
    const { log } = this.#options
    this.#lan = new Lan({ keyPair, bind, isConnected: key => this.#open.has(key), worth: worthOf(this.#wrapped!), log })
    this.#lan.on('connection', (connection, outgoing) => this.#onConnection(connection, outgoing, true))
    await this.#lan.ready().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'nodes of the same network are not looked for'))
  }

  protected override async _close (): Promise<void> {
    this.#topics?.stop()
    this.#wrapped?.stalled.close()
    this.#places?.close()
    this.#calls?.close()
    await this.#relaying?.close()
    await this.#lan?.close()
    if (this.#swarm) await this.#leave(this.#swarm)
    await this.#opened?.store.close()
  }

  /** When it is open, as the next ones. */
  get store (): Corestore { return this.#opened!.store }
  get spreading (): Spreading { return this.#wrapped!.spreading }
  get proven (): ProvenPeers { return this.#wrapped!.proven }
  get knocks (): Knocks { return this.#wrapped!.knocks }

  /** The store lies elsewhere than where it was made: another program has copied or moved it. */
  get wasCopied (): boolean { return this.#opened!.wasCopied }

  /** Where a store was put that could not be opened; null: it could. */
  get damagedStore (): string | null { return this.#opened?.damaged ?? null }

  /** See {@link takeCopy}. */
  async takeCopy (): Promise<void> { await takeCopy(this.#options.folder) }

  /** Number of open connections. */
  get connections (): number { return this.#open.size }
  /** How many connections were ended because the other side broke a rule. */
  get refused (): number { return this.#refused }
  get online (): boolean { return this.#swarm !== null }
  /** By which other nodes know this one; null off the network. */
  get publicKey (): Buffer | null { return this.#publicKey }

  isSelf (publicKey: Uint8Array): boolean {
    return this.#publicKey?.equals(publicKey) ?? false
  }

  /** @param relays keys of nodes that carry connections for others, for where none comes about directly */
  setRelays (relays: () => Buffer[]): void {
    this.#relays = relays
  }

  /** See {@link Calls.relaysChanged}. */
  relaysChanged (): void { this.#calls?.relaysChanged() }

  /** Whether this node carries connections for others. */
  get isRelay (): boolean { return this.#relaying !== null }

  /** @param pacesOf how fast a core's blocks come and go, by its key in hex; null: as fast as can be */
  setPaces (pacesOf: (coreKey: string) => CorePaces | null): void {
    this.#pacesOf = pacesOf
  }

  /** Where the other end of a connection is: its IP address; on this machine, where all share one, its key. */
  placeOf (connection: Connection): string {
    return farHostOf(connection) ?? connection.remotePublicKey.toString('hex')
  }

  #onConnection (connection: Connection, outgoing: boolean, isLan: boolean): void {
    connection.on('error', error => {
      // Whoever finds that a rule is broken ends the connection with what it is.
      if (isAppError(error)) this.#refused++
      this.#options.log.debug({ peer: short(connection.remotePublicKey), error: messageOf(error) }, 'connection')
    })
    // In the local network one finds oneself, too.
    if (this.closing || this.isSelf(connection.remotePublicKey) || !this.#open.add(connection, isLan)) return void connection.destroy()
    connection.once('close', () => {
      this.emit('connectionsChanged')
      this.#lan?.lookAgain()
    })
    if (!outgoing && !isLan) this.#relaying?.accept(connection)
    this.#calls?.connected(connection.remotePublicKey)
    this.store.replicate(connection)
    this.#wrapped!.budgets.of(connection) // before anything of it is heard
    this.emit('connection', connection, outgoing)
    this.emit('connectionsChanged')
  }

  /**
   * Meets others on a topic; see {@link Topic}.
   *
   * @param announces false: only looks for others, as for a newsletter that may not exist
   * @returns null off the network
   */
  join (topic: Uint8Array, need: () => Need, announces = true): JoinedTopic | null {
    return this.#topics?.join(topic, need, announces) ?? null
  }

  /** Looks for others on all topics at once, because somebody waits. */
  lookNow (): void { this.#topics?.lookNow() }

  /**
   * Gives the disk back what was dropped from the store, which rewrites the store.
   *
   * @returns by how much the store became smaller
   */
  async compact (): Promise<number> {
    // Of two at once the first to return would still see what the other one is rewriting.
    return await this.#compactions.inTurn('store', () => compactStore(this.store, this.#options.folder))
  }

  /** How much of the disk the store takes. */
  async storeBytes (): Promise<number> { return await folderBytes(this.#options.folder) }

  /** Asks nobody for blocks, and takes none that come unasked, as when the disk has no room for them, until that is over. */
  hold (isHeld: boolean): void {
    this.#wrapped?.spreading.hold(isHeld)
    this.#wrapped?.stalled.hold(isHeld)
  }

  tellDamage (driveKey: string): void { this.emit('damageFound', driveKey) }

  /** Why nothing can be written to the store any more, which it gets over only by being opened anew; null: it can. */
  async storeFault (): Promise<string | null> { return await this.store.storage.db.flush().then(() => null, messageOf) }

  /** Dials a node that another one told of. */
  dial (publicKey: Uint8Array): void { this.#calls?.dial(publicKey) }
  stopDialling (publicKey: Uint8Array): void { this.#calls?.stopDialling(publicKey) }

  async #leave (swarm: Hyperswarm): Promise<void> {
    const polite = await withLimit(swarm.destroy(), GOODBYE_MS)
    if (!polite) await withLimit(swarm.destroy({ force: true }), GOODBYE_MS)
  }
}

function short (key: Uint8Array): string {
  return Buffer.from(key).toString('hex').slice(0, 8)
}
