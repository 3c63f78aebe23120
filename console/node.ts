import type { FastifyInstance } from 'fastify'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Peers, Storage } from '../shared/api/machine.ts'
import type { Status } from '../shared/api/node.ts'
import { pathsOf } from '../shared/config.ts'
import { readIfThere } from '../shared/durable-file.ts'
import { AppError, messageOf } from '../shared/errors.ts'
import { INDEXES_BYTES } from '../shared/format/limits.ts'
import { MachineKey } from '../shared/machine-key.ts'
import { ConnectedPeers } from '../shared/network/connected-peers.ts'
import { Histories } from '../shared/network/histories/histories.ts'
import { HighWater } from '../shared/network/high-water.ts'
import { Meeting } from '../shared/network/meeting.ts'
import { condemnIfDamaged } from '../shared/network/open-store.ts'
import { Peer } from '../shared/network/peer.ts'
import { Receipts } from '../shared/network/receipts/receipts.ts'
import { RememberedPeers } from '../shared/network/remembered-peers.ts'
import { RootStore } from '../shared/network/root-store.ts'
import { Resource } from '../shared/resource.ts'
import { Drafts } from '../publisher/drafts/drafts.ts'
import { Copies } from '../publisher/copies/copies.ts'
import { Custody } from '../publisher/keys/custody.ts'
import { Beaconing } from '../publisher/publishing/beaconing.ts'
import { Enrolment } from '../publisher/keys/enrolment.ts'
import { KeyLocks } from '../publisher/keys/key-locks.ts'
import { OwnKeys } from '../publisher/keys/own-keys.ts'
import { Publisher } from '../publisher/publisher.ts'
import { NewsletterWriters } from '../publisher/publishing/newsletter-writers.ts'
import { Resuming } from '../publisher/restoring/resuming.ts'
import { Restoring } from '../publisher/restoring/restoring.ts'
import { Revising } from '../publisher/revising/revising.ts'
import { Invitations } from '../publisher/root/invitations.ts'
import { RootChanges } from '../publisher/root/root-changes.ts'
import { Library } from '../subscriber/library/library.ts'
import { Previews } from '../subscriber/reading/previews.ts'
import { Renderer } from '../subscriber/rendering/renderer.ts'
import { Search } from '../subscriber/search/search.ts'
import { Subscriber } from '../subscriber/subscriber.ts'
import { Subscriptions } from '../subscriber/subscriptions.ts'
import { Backups } from './backup/backups.ts'
import { Ballast } from './ballast.ts'
import { copiesLibrary } from './copies-library.ts'
import { DiskWatch } from './disk-watch.ts'
import { openHome, sealNodeSeed } from './home.ts'
import { Notifier } from './notify/notifier.ts'
import { listenFrom, listenOn, portOf } from './listening.ts'
import { MachineKeyWatch } from './machine-key-watch.ts'
import type { NodeOptions } from './node-options.ts'
import { nodeStatus } from './node-status.ts'
import { nodeStorage } from './node-storage.ts'
import { ownLibrary } from './own-library.ts'
import { tellRunning, tellStopped } from './running-node.ts'
import { statusChanges } from './status-changes.ts'
import { buildApp } from './server/app.ts'
import { buildReadingApp } from './server/reading-app.ts'
import { Secrets } from './server/secrets.ts'
import { Shelf } from './shelf/shelf.ts'

/** Opens a node on a home, which belongs to this process alone until it is closed. */
export async function openNode (options: NodeOptions): Promise<ColporteurNode> {
  const node = new ColporteurNode(options)
  try {
    await node.ready()
  } catch (error) {
    throw condemnIfDamaged(pathsOf(options.config.home).store, error)
  }
  return node
}

/** The composition root: config, then peer, then the two sides, then the server. Opens in this order, closes in reverse. */
export class ColporteurNode extends Resource<{ statusChanged: [], outdated: [] }> {
  /** When everything has to be opened anew, which may turn out while it is being opened: there is room again, or the machine key is back. */
  readonly outdated = new Promise<void>(resolve => this.on('outdated', () => resolve()))
  #options: NodeOptions
  #startedAt = new Date()
  #opened: { close (): Promise<unknown> }[] = []
  #app: FastifyInstance | null = null
  #readingApp: FastifyInstance | null = null
  #secrets: Secrets | null = null
  #programToken = ''
  #url: string | null = null
  #readingPort: number | null = null
  #status: (() => Promise<Status>) | null = null
  #storage: (() => Promise<Storage>) | null = null
  #connected: ConnectedPeers | null = null
  #machineKeyProblem: string | null = null

  constructor (options: NodeOptions) {
    super()
    this.#options = options
  }

  protected override async _open (): Promise<void> {
    try {
      await this.#openAll()
    } catch (error) {
      await this.#closeAll().catch(() => {}) // else nobody would, and what is left open holds the home
      throw error
    }
  }

  async #openAll (): Promise<void> {
    const { config, network, log, version, drafts: timing, environment = {}, audits, scrub, passphraseCost, restarts = null } = this.#options
    const paths = pathsOf(config.home)
    process.umask(0o077)
    const machineKey = await MachineKey.open(config.machineKey, await readIfThere(paths.nodeKey).catch(() => null), log)
    const machineKeyWatch = await this.#open(new MachineKeyWatch({ machineKey, log }))
    machineKeyWatch.on('cameBack', () => this.emit('outdated'))
    this.#machineKeyProblem = machineKey.problem?.reason ?? null
    const { programToken, nodeSeed } = await openHome(config, machineKey, log)
    this.#programToken = programToken
    const ballast = new Ballast({ home: config.home, file: paths.ballast })
    await ballast.giveUp()
    const peer = await this.#open(new Peer({ folder: paths.store, network: network ? { ...config, seed: nodeSeed } : null, log }))
    const disk = await this.#open(new DiskWatch({ peer, ballast, home: config.home, log }))
    disk.on('wasFull', () => this.emit('outdated'))
    const roots = new RootStore(paths.roots)
    const meeting = await this.#open(new Meeting({ peer, roots, remembered: new RememberedPeers(paths.peers, log), log }))
    this.#connected = await this.#open(new ConnectedPeers({ peer, meeting }))
    const histories = await this.#open(new Histories({ peer, meeting, folder: paths.histories, log }))
    const receipts = await this.#open(new Receipts({ meeting, peer, roots, folder: paths.receipts, seed: nodeSeed, timing: audits, log }))
    const library = await this.#open(new Library({ folder: paths.library, onMended: file => log.warn({ file }, 'a bit that had turned over was turned back') }))
    const [renderer, strangersRenderer] = [await this.#open(new Renderer()), await this.#open(new Renderer())]
    const subscriptions = new Subscriptions(paths.subscriptions, log)
    const subscriber = await this.#open(new Subscriber({
      peer, meeting, roots, histories, receipts, library, renderer, strangersRenderer, subscriptions, log,
      files: { kept: paths.kept, evictions: paths.evictions }, scrub: { file: paths.scrubbed, timing: scrub },
      compactionDueFile: paths.compactionDue, home: config.home, mostIndexBytes: this.#options.mostIndexBytes ?? INDEXES_BYTES,
      readsNew: !restarts?.isCareful, tellsReceipts: config.receipts, arrivalsFile: paths.arrivals, staleAfterDays: config.staleAfterDays
    }))
    const search = await this.#open(new Search({ subscriber, library, folder: paths.library, follows: network, log }))
    const highWater = new HighWater(peer.store, paths.highWater)
    await sealNodeSeed(config, machineKey).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'sealing the key by which other nodes know this one'))
    const keys = await OwnKeys.open(paths.keys, machineKey, log)
    if (peer.wasCopied) await keys.displace().then(() => peer.takeCopy())
    const custody = await this.#open(new Custody({ keys, roots, passphraseCost }))
    const own = ownLibrary(subscriber, library, peer)
    const deviceName = hostname()
    const writers = await this.#open(new NewsletterWriters({ peer, roots, meeting, histories, receipts, highWater, keys, home: config.home, log }))
    const enrolment = await this.#open(new Enrolment({ keys, custody, roots, meeting, library: own, writers, log }))
    const publisher = new Publisher({ roots, meeting, online: peer.online, keys, custody, library: own, writers, home: config.home })
    const revising = new Revising({ writers, library: own })
    const invitations = new Invitations(paths.keys)
    const rootChanges = new RootChanges({ keys, custody, enrolment, invitations, library: own, roots, meeting, deviceName })
    const restoring = await this.#open(new Restoring({ keys, roots, meeting, receipts, library: own, writers, rootChanges, log }))
    const locks = await this.#open(new KeyLocks({ keys, custody, writers }))
    const beaconing = network ? await this.#open(new Beaconing({ keys, roots, receipts, writers, log })) : null
    const copies = await this.#open(new Copies({ receipts, library: copiesLibrary(roots, library), folder: paths.copies, log }))
    subscriber.on('issueChanged', ({ newsletter }) => beaconing?.soon(newsletter)).on('issueChanged', ({ newsletter }) => copies.issuesChanged(newsletter))
    // After the publisher, so that what is due when the node starts finds it open.
    const drafts = await this.#open(new Drafts({ folder: paths.drafts, publisher, revising, log, goesOut: network, timing }))
    locks.on('unlocked', newsletter => drafts.goOn(newsletter)).on('unlocked', newsletter => beaconing?.soon(newsletter))
    const shelf = await this.#open(new Shelf({ subscriber, isServing: network, log }))
    const backups = await this.#open(new Backups({ home: config.home, deviceName, subscriber, library, roots, drafts, keys, custody, highWater, meeting }))
    const notifier = await this.#open(new Notifier({ arrivals: subscriber.subscribing.arrivals, config, file: paths.digest, environment, log }))
    const watched = { peer, disk, library, subscriber, histories, drafts, writers, locks }
    await this.#open(statusChanges({ ...watched, keys, roots, meeting, log }, () => this.emit('statusChanged')))
    this.#status = () => nodeStatus({ ...watched, machineKey, subscriptions, restarts, home: config.home, version, startedAt: this.#startedAt })
    this.#storage = () => nodeStorage({ subscriber, home: config.home })
    this.#secrets = new Secrets({ programToken })
    const webFolder = fileURLToPath(new URL('../web', import.meta.url))
    const parts = {
      publisher, revising, custody, writing: writers, locks, root: rootChanges, invitations, restoring, enrolment, subscriber, search, copies, shelf, drafts,
      backups, resuming: new Resuming({ keys, custody, roots, meeting, receipts, library: own, writers }),
      previews: new Previews({ library, renderer }), notifier, secrets: this.#secrets
    }
    const app = buildApp({ ...parts, node: this, log, webFolder, hosts: [config.host], version })
    const readingApp = buildReadingApp({ ...parts, log, webFolder, hosts: [config.host], consolePort: () => portOf(app) })
    this.#opened.push(readingApp, app)
    await Promise.all([readingApp.ready(), app.ready()])
    this.#app = app
    this.#readingApp = readingApp
  }

  protected override async _close (): Promise<void> {
    if (this.#url) await tellStopped(this.#options.config.home)
    await this.#closeAll()
  }

  async #closeAll (): Promise<void> {
    for (const part of this.#opened.reverse()) await part.close()
  }

  /** The whole HTTP interface; `inject` calls it without a socket. */
  get app (): FastifyInstance { return this.#app! }

  /** By which programs of this user speak with the node. */
  get programToken (): string { return this.#programToken }

  /** Why nothing can be sealed in this home, which whoever opens it tells; null: it can. */
  get machineKeyProblem (): string | null { return this.#machineKeyProblem }

  get onPublicNetwork (): boolean { return this.#options.network && this.#options.config.bootstrap === null }

  /** @throws AppError NOT_READY */
  async status (): Promise<Status> {
    return await (this.#status ?? notReady)()
  }

  peers (): Peers {
    return { peers: this.#connected?.all ?? [], ...this.#connected?.totals ?? { downBytes: 0, upBytes: 0 } }
  }

  /** @throws AppError NOT_READY */
  async storage (): Promise<Storage> {
    return await (this.#storage ?? notReady)()
  }

  get readingPort (): number | null { return this.#readingPort }
  get isReady (): boolean { return this.opened && !this.closing }

  /**
   * Begins to answer HTTP.
   *
   * @returns the address, without the code that opens the console
   * @throws AppError BAD_CONFIG when the port or host can't be had
   */
  async listen (): Promise<string> {
    const { host, port, portIsDefault, home } = this.#options.config
    try {
      this.#url = await listenOn(this.app, host, port)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE' && portIsDefault) this.#url = await listenOn(this.app, host, 0)
      else if (code === 'EADDRINUSE') throw new AppError('BAD_CONFIG', `Port ${port} is taken by another program. Give another with --port, or 0 for any free one.`, { cause: error })
      else if (code === 'EADDRNOTAVAIL' || code === 'EACCES') throw new AppError('BAD_CONFIG', `The console can not listen on ${host} port ${port} (${code}). Give --host an IP address of this machine, and --port a number from 1024 on.`, { cause: error })
      else throw error
    }
    // Beside the console's port if that is free, so that it is the same after a restart, and known to who makes a tunnel.
    this.#readingPort = await listenFrom(this.#readingApp!, host, port === 0 ? 0 : (portOf(this.app) + 1) % 65_536)
    await tellRunning(home, this.#url)
    return this.#url
  }

  /** Where to open the console; the code in it is good for one use. */
  addressToOpen (): string {
    return `${this.#url}/#code=${this.#secrets!.createCode()}`
  }

  async #open<T extends { ready (): Promise<void>, close (): Promise<void> }> (part: T): Promise<T> {
    this.#opened.push(part)
    await part.ready()
    return part
  }
}

function notReady (): never {
  throw new AppError('NOT_READY', 'The node is still starting.')
}
