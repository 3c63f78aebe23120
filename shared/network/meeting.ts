import type { Connection } from 'hyperswarm'
import type { AppError } from '../errors.ts'
import { topicOf, type Address } from '../format/address.ts'
import type { State } from '../format/exchange.ts'
import type { RootChain, RootChainFiles } from '../format/root-chain.ts'
import type { Log } from '../log.ts'
import { Resource } from '../resource.ts'
import { Dialling } from './dialling.ts'
import { GatheredTelling } from './gathered-telling.ts'
import { Greeting } from './greeting.ts'
import type { GreetingListener } from './greeting-listener.ts'
import { HeardRoots } from './heard-roots.ts'
import type { MeetingOptions, Openness } from './meeting-options.ts'
import { OwedBytes } from './owed-bytes.ts'
import type { Peer } from './peer.ts'
import { PeersNews } from './peers-news.ts'
import type { RememberedPeers } from './remembered-peers.ts'
import type { RootStore } from './root-store.ts'
import { Sharing } from './sharing.ts'
import { ToldRoots } from './told-roots.ts'
import type { Need } from './topic.ts'
import type { JoinedTopic } from './topics.ts'

/** As many other nodes are told to one that asks about a newsletter. */
const PEERS_TOLD = 16
/** Among so many, one who has the root is to be expected. */
const CROWD = 8
const DIALLING = { atOnce: 48, patienceMs: 60_000 }

interface Met { drives: Drives, openness: Openness, topic: JoinedTopic | null }

type Drives = () => { key: Uint8Array, index: number, blobs: number }[]

interface MeetingEvents {
  /** Another node is connected; what it shares is not known yet. */
  met: [greeting: Greeting, connection: Connection]
  shared: [greeting: Greeting, address: Address]
  /** A longer root chain was taken over, or a dispute came up or was settled. */
  rootChanged: [address: Address]
  /** A peer offered a chain that breaks a rule. */
  rootRefused: [address: Address, error: AppError]
  peersChanged: [address: Address]
}

/** Where nodes that share a newsletter meet: they exchange its root chain and tell each other of more nodes. */
export class Meeting extends Resource<MeetingEvents> implements GreetingListener {
  #peer: Peer
  #roots: RootStore
  #remembered: RememberedPeers | null
  #log: Log
  #newsletters = new Map<Address, Met>()
  /** Newsletters of which nothing is known but their address. */
  #rootless = new Set<Address>()
  #greetings = new Map<Connection, Greeting>()
  #sharing = new Sharing()
  /** Newsletters have been joined or left. */
  #telling = new GatheredTelling(without => { for (const greeting of this.#greetings.values()) this.#tell(greeting, without) })
  #dialling: Dialling
  #heard: HeardRoots
  #told = new ToldRoots()
  #owed = new OwedBytes()
  #news = new PeersNews(address => this.#sharing.of(address))
  #onConnection = (connection: Connection): void => this.#greet(connection)
  #onProven = (connection: Connection): void => {
    const greeting = this.#greetings.get(connection)
    for (const address of greeting?.shared ?? []) this.#remembered?.met(address, connection.remotePublicKey, true)
  }

  constructor ({ peer, roots, remembered = null, log }: MeetingOptions) {
    super()
    this.#peer = peer
    this.#dialling = new Dialling(peer, DIALLING)
    this.#roots = roots
    this.#heard = new HeardRoots(roots, {
      onHolds: chain => this.offer(chain),
      onBroken: (address, error) => this.emit('rootRefused', address, error),
      onFailed: (newsletter, error) => { if (!this.closing) log.error({ newsletter, error }, 'a root could not be kept') }
    })
    this.#remembered = remembered
    this.#log = log
  }

  protected override async _open (): Promise<void> {
    await this.#remembered?.load()
    this.#peer.on('connection', this.#onConnection)
    this.#peer.on('proven', this.#onProven)
  }

  protected override async _close (): Promise<void> {
    this.#peer.off('connection', this.#onConnection)
    this.#peer.off('proven', this.#onProven)
    this.#news.close()
    this.#telling.close()
    this.#newsletters.clear() // the swarm, which goes next, leaves all topics at once
    await this.#remembered?.close()
  }

  /** Meets others about a newsletter. `drives` tells what is here of its drives. */
  join (address: Address, drives: Drives, openness: Openness = 'announced'): void {
    for (const key of this.#remembered?.givers(address) ?? []) this.#peer.proven.remember(key)
    // Before anybody is asked who there is: the lists of the DHT are full of nodes that are off.
    for (const key of this.#remembered?.of(address) ?? []) this.#call(key)
    const topic = this.#peer.join(topicOf(address), () => this.#needOf(address), openness === 'announced')
    this.#newsletters.set(address, { drives, openness, topic })
    this.#inBackground(this.#roots.get(address).then(known => { if (!known) this.#rootless.add(address) }))
    this.#telling.soon()
  }

  #needOf (address: Address): Need {
    const peers = this.peersOf(address)
    if (!this.#rootless.has(address)) return peers === 0 ? 'peers' : 'none'
    return peers < CROWD ? 'root' : 'crowd'
  }

  /** @param isForGood whom it was shared with is forgotten */
  async leave (address: Address, isForGood = false): Promise<void> {
    if (isForGood) this.#remembered?.forget(address)
    const newsletter = this.#newsletters.get(address)
    this.#newsletters.delete(address)
    this.#rootless.delete(address)
    for (const greeting of this.#greetings.values()) greeting.leave(address)
    this.#telling.left(address)
    await newsletter?.topic?.leave()
  }

  /** Returns when the DHT has been told. With whom it is shared already, it stays so. */
  async setOpenness (address: Address, openness: Openness): Promise<void> {
    const newsletter = this.#newsletters.get(address)
    if (!newsletter || newsletter.openness === openness) return
    newsletter.openness = openness
    this.#telling.soon()
    await newsletter.topic?.announce(openness === 'announced')
  }

  /** True when others are met about it. */
  has (address: Address): boolean { return this.#newsletters.has(address) }

  /** How many connected nodes have said that the newest root document that they know is the one known here. */
  async informedOf (address: Address): Promise<number> {
    const known = await this.#roots.get(address)
    return [...this.#sharing.of(address)].filter(greeting => known && this.#told.newestAt(greeting, address) === known.chain.newestHash).length
  }

  /** How many connected nodes have proved that they know the newsletter. */
  peersOf (address: Address): number { return this.#sharing.of(address).size }

  #greet (connection: Connection): void {
    const greeting = new Greeting(connection, this, this.#owed)
    this.#greetings.set(connection, greeting)
    connection.once('close', () => {
      this.#greetings.delete(connection)
      this.#dialling.ended(greeting.remoteKey)
    })
    this.emit('met', greeting, connection)
    this.#tell(greeting)
  }

  #tell (greeting: Greeting, without: ReadonlySet<Address> = new Set()): void {
    const id = greeting.remoteKey.toString('hex')
    const isQuiet = (address: Address): boolean => this.#newsletters.get(address)!.openness === 'quiet' && !this.#remembered?.knows(address, id)
    const [told, answered]: [Address[], Address[]] = [[], []]
    for (const address of this.#newsletters.keys()) if (!without.has(address)) (isQuiet(address) ? answered : told).push(address)
    greeting.tell(told, answered)
  }

  async #sendState (greeting: Greeting, address: Address): Promise<void> {
    const known = await this.#roots.get(address)
    greeting.sendState(address, {
      documents: known?.chain.documents.length ?? 0,
      newest: known ? Buffer.from(known.chain.newestHash, 'hex') : new Uint8Array(32),
      drives: this.#newsletters.get(address)?.drives() ?? []
    })
  }

  onShared (greeting: Greeting, address: Address): void {
    this.#remembered?.met(address, greeting.remoteKey, this.#peer.proven.givenBy(greeting.remoteKey.toString('hex')) > 0)
    this.#inBackground(this.#sendState(greeting, address))
    const others = [...this.#sharing.of(address)]
    this.#sharing.add(address, greeting)
    greeting.sendPeers(address, others.slice(-PEERS_TOLD).map(other => other.remoteKey))
    this.#news.add(address, greeting)
    this.emit('shared', greeting, address)
    this.emit('peersChanged', address)
  }

  onUnshared (greeting: Greeting, address: Address): void {
    this.#sharing.delete(address, greeting)
    this.#told.forget(greeting, address)
    this.emit('peersChanged', address)
  }

  onState (greeting: Greeting, address: Address, { documents, newest }: State): void {
    const theirs = Buffer.from(newest).toString('hex')
    this.#told.says(greeting, address, theirs)
    this.#inBackground((async () => {
      const known = await this.#roots.get(address)
      // Our own state is how to ask: the side that has the longer chain sends it.
      if ((known?.chain.documents.length ?? 0) < documents) return await this.#sendState(greeting, address)
      if (!known) return
      const { newestHash } = known.chain
      const same = known.chain.documents.length === documents && theirs === newestHash
      if (same || this.#told.wasSent(greeting, address, newestHash)) return
      if (greeting.sendRoot(address, known.chain.files)) this.#told.sent(greeting, address, newestHash)
    })())
  }

  onRoot (greeting: Greeting, address: Address, files: RootChainFiles): void {
    this.#inBackground(this.#heard.hear(greeting, address, files))
  }

  /** Takes over a valid chain where it says more than what is known, and tells those who share the newsletter. */
  async offer (chain: RootChain): Promise<boolean> {
    return await this.#taken(chain, await this.#roots.offer(chain))
  }

  /** Like {@link offer}, of a document that nobody has seen yet; unless another one has come first. */
  async offerNext (chain: RootChain): Promise<boolean> {
    return await this.#taken(chain, await this.#roots.offerNext(chain))
  }

  async #taken (chain: RootChain, isTaken: boolean): Promise<boolean> {
    if (!isTaken) return false
    this.#rootless.delete(chain.address)
    this.emit('rootChanged', chain.address)
    await this.announce(chain.address)
    return true
  }

  /** Tells those who share the newsletter how its root chain stands here. */
  async announce (address: Address): Promise<void> {
    await Promise.all([...this.#sharing.of(address)].map(greeting => this.#sendState(greeting, address)))
  }

  onPeers (_greeting: Greeting, _address: Address, keys: Uint8Array[]): void {
    for (const key of keys) this.#call(key)
  }

  #call (key: Uint8Array): void {
    this.#dialling.dial(key, id => [...this.#greetings.values()].some(({ remoteKey }) => remoteKey.toString('hex') === id))
  }

  onRefused (greeting: Greeting, error: AppError): void {
    this.#log.warn({ peer: greeting.remoteKey.toString('hex').slice(0, 8), code: error.code, reason: error.message }, 'refused a peer')
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => { if (!this.closing) this.#log.error({ error }, 'meeting') })
  }
}
