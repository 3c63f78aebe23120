import { join } from 'node:path'
import type { Connection } from 'hyperswarm'
import { type AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { isWithdrawn, type KeeperPromise, receiptFault } from '../../format/receipt.ts'
import type { Collects } from '../../format/receipt-messages.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import { sinceBootMs } from '../../since-boot.ts'
import type { DriveReader } from '../drive-reader.ts'
import { Dialling } from '../dialling.ts'
import type { Greeting } from '../greeting.ts'
import type { Meeting } from '../meeting.ts'
import type { Peer } from '../peer.ts'
import type { RootStore } from '../root-store.ts'
import type { AuditTiming } from './auditor.ts'
import { BeaconExchange } from './beacon-exchange.ts'
import { ChallengeAnswers } from './challenge-answers.ts'
import type { Holding } from './held-drive.ts'
import type { HeldReceipt } from './held-receipt.ts'
import { NewsletterReceipts } from './newsletter-receipts.ts'
import { ReceiptBook } from './receipt-book.ts'
import { ReceiptChannel, type ReceiptListener } from './receipt-channel.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Who is due is looked for so often in an audit period, and no more often than this. */
const LOOKS_PER_PERIOD = 24
const LOOK_LEAST_MS = 250
const LOOK_MOST_MS = 60_000
/** After a start or a sleep, what was checked before is not called lost for so long. */
const CATCHING_UP_MS = 10 * 60_000
/** Keepers that others told of are dialled to be audited. */
const DIALLING = { atOnce: 8, patienceMs: 30_000 }

export interface ReceiptsParts {
  meeting: Meeting
  peer: Peer
  roots: RootStore
  /** For files of each newsletter's receipts and beacons. */
  folder: string
  /** Seed of the key by which other nodes know this one. */
  seed: Uint8Array
  /** Other than the usual for tests. */
  timing?: AuditTiming
  log: Log
}

interface ReceiptsEvents {
  joined: [address: Address]
  left: [address: Address]
  /** A writer has said how far it has come. */
  beaconsChanged: [address: Address]
  /** Somebody asks for every receipt, as who writes or keeps a newsletter does. */
  askedForAll: [address: Address]
  /** Receipts of other holders are collected than before. */
  collectsChanged: [address: Address]
  /** A receipt came, or an audit found something out. */
  receiptsChanged: [address: Address]
  /**
   * Blocks of a drive that this node said it holds are not here. `isDeep`: they seemed to be, or were found to be others, so
   * every block has to be read again.
   */
  holdingDoubted: [address: Address, drive: string, isDeep: boolean]
}

interface Joined { receipts: NewsletterReceipts, book: ReceiptBook }

/** Who holds what: tells others what this node holds of its newsletters, and collects and checks what they say. */
export class Receipts extends Resource<ReceiptsEvents> {
  readonly timing: AuditTiming
  readonly beacons: BeaconExchange
  #parts: ReceiptsParts
  #joined = new Map<Address, Joined>()
  #channels = new Map<Greeting, ReceiptChannel>()
  #answers = new ChallengeAnswers()
  #dialling: Dialling
  #timer: NodeJS.Timeout | null = null
  #awakeSinceMs = sinceBootMs()
  #looked = { clockMs: Date.now(), bootMs: sinceBootMs() }
  #onMet = (greeting: Greeting, connection: Connection): void => this.#meet(greeting, connection)
  #onShared = (greeting: Greeting, address: Address): void => {
    const channel = this.#channels.get(greeting)
    if (!channel || !this.#joined.has(address)) return
    this.#joined.get(address)?.receipts.onShared(channel)
    this.beacons.onShared(channel, address)
  }

  #onRootChanged = (address: Address): void => this.beacons.onRootChanged(address)

  constructor (parts: ReceiptsParts) {
    super()
    this.#parts = parts
    this.beacons = new BeaconExchange({ ...parts, channels: () => this.#channels.values(), onChanged: address => this.emit('beaconsChanged', address) })
    this.#dialling = new Dialling(parts.peer, DIALLING)
    this.timing = parts.timing ?? { periodMs: DAY_MS }
  }

  protected override async _open (): Promise<void> {
    this.#parts.peer.setRelays(() => this.relays)
    this.#parts.meeting.on('met', this.#onMet)
    this.#parts.meeting.on('shared', this.#onShared)
    this.#parts.meeting.on('rootChanged', this.#onRootChanged)
    const everyMs = Math.min(LOOK_MOST_MS, Math.max(LOOK_LEAST_MS, this.timing.periodMs / LOOKS_PER_PERIOD))
    this.#timer = setInterval(() => this.#look(everyMs), everyMs).unref()
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('met', this.#onMet)
    this.#parts.meeting.off('shared', this.#onShared)
    this.#parts.meeting.off('rootChanged', this.#onRootChanged)
    if (this.#timer) clearInterval(this.#timer)
    await Promise.all([...this.#joined.keys()].map(address => this.leave(address)))
    await this.beacons.close()
  }

  /** Takes part in a newsletter. `drives` tells which are open; see {@link refresh}. `isTold` is as in {@link become}. */
  async join (address: Address, { drives, collects, isTold = true }: { drives: () => DriveReader[], collects: Collects, isTold?: boolean }): Promise<void> {
    const { folder, seed, peer, log } = this.#parts
    const book = await ReceiptBook.open(address, join(folder, `${address}.json`), log)
    const receipts = new NewsletterReceipts({
      newsletter: address,
      book,
      drives,
      collects,
      seed,
      isTold,
      timing: this.timing,
      answers: this.#answers,
      channels: () => [...this.#channels.values()].filter(channel => channel.shares(address)),
      placeOf: ({ connection }) => peer.placeOf(connection),
      dial: holder => this.#dialling.dial(holder, id => [...this.#channels.values()].some(({ remoteId }) => remoteId === id)),
      onPassed: ({ connection }) => peer.proven.gave(connection, 0),
      onChanged: () => this.emit('receiptsChanged', address),
      onDoubted: (drive, isDeep) => this.emit('holdingDoubted', address, drive, isDeep),
      onRelay: () => peer.relaysChanged(),
      onAskedForAll: () => this.emit('askedForAll', address),
      log
    })
    this.#joined.set(address, { receipts, book })
    this.refresh(address)
    for (const channel of this.#channels.values()) if (channel.shares(address)) receipts.onShared(channel)
    this.emit('joined', address)
  }

  async leave (address: Address): Promise<void> {
    const joined = this.#joined.get(address)
    this.#joined.delete(address)
    joined?.receipts.close()
    await joined?.book.close()
    if (joined) this.emit('left', address)
  }

  get addresses (): Address[] { return [...this.#joined.keys()] }

  /** Which receipts of a newsletter this node collects. */
  collects (address: Address): Collects {
    return this.#joined.get(address)?.receipts.collects ?? 'nothing'
  }

  /** True while holders have had no chance to answer, because this node has just begun, or the machine has slept. */
  get isCatchingUp (): boolean { return sinceBootMs() - this.#awakeSinceMs < Math.min(CATCHING_UP_MS, this.timing.periodMs / 4) }

  /** Takes back what was said of a newsletter, and forgets what was heard. */
  async forget (address: Address): Promise<void> {
    const joined = this.#joined.get(address)
    joined?.receipts.telling.become(null, false)
    await this.leave(address)
    await joined?.book.remove()
    await this.beacons.forget(address)
  }

  /** A newsletter has other drives than before. */
  refresh (address: Address): void {
    this.#joined.get(address)?.receipts.telling.refresh()
  }

  /** An issue has become complete here, or something has gone from a drive: others will want to know. */
  tellSoon (address: Address): void {
    this.#joined.get(address)?.receipts.telling.tellSoon()
  }

  /**
   * Speaks of a newsletter as a keeper, as a reader, or not at all.
   *
   * @param promise null: a reader
   */
  become (address: Address, promise: KeeperPromise | null, isTold: boolean): void {
    const receipts = this.#joined.get(address)?.receipts
    const before = receipts?.collects
    receipts?.become(promise, isTold)
    if (receipts && receipts.collects !== before) this.emit('collectsChanged', address)
  }

  /** Says as a reader what is held, or takes it back and says nothing; a keeper's promise stands. */
  tellAsReader (address: Address, isTold: boolean): void {
    const receipts = this.#joined.get(address)?.receipts
    if (receipts && !receipts.telling.own.isKeeper) this.become(address, null, isTold)
  }

  /** Asks for every receipt, and with that who writes the newsletter to say how far it has come. */
  collectAll (address: Address): void { this.#joined.get(address)?.receipts.collectAll() }

  /** What was received of a newsletter, whatever it is worth. */
  received (address: Address): HeldReceipt[] {
    return this.#joined.get(address)?.receipts.received ?? []
  }

  /** Noise keys of the keepers that say, in a receipt that is still good, that they carry connections for others. */
  get relays (): Buffer[] {
    const said = [...this.#joined.values()].flatMap(({ receipts }) => receipts.received).filter(({ receipt }) => receipt.keeper?.relay)
    const good = said.filter(({ receipt }) => !isWithdrawn(receipt) && receiptFault(receipt, Date.now()) === null)
    return [...new Set(good.map(({ holder }) => holder))].map(holder => Buffer.from(holder, 'hex'))
  }

  /** What is here of a drive of a newsletter. */
  async holding (address: Address, drive: string): Promise<Holding | null> {
    return await this.#joined.get(address)?.receipts.telling.drive(drive)?.holding() ?? null
  }

  #look (everyMs: number): void {
    const now = { clockMs: Date.now(), bootMs: sinceBootMs() }
    // A clock that was set ahead makes what was checked look as old as a sleep does.
    const passedMs = Math.max(now.clockMs - this.#looked.clockMs, now.bootMs - this.#looked.bootMs)
    if (passedMs > 3 * everyMs + CATCHING_UP_MS / 10) this.#awakeSinceMs = now.bootMs
    this.#looked = now
    for (const { receipts } of this.#joined.values()) receipts.look()
  }

  #meet (greeting: Greeting, connection: Connection): void {
    const channel = new ReceiptChannel(connection, greeting, this.#listener)
    this.#channels.set(greeting, channel)
    connection.once('close', () => {
      this.#channels.delete(greeting)
      this.#dialling.ended(channel.remoteKey)
      for (const { receipts } of this.#joined.values()) receipts.onClosed(channel)
    })
  }

  readonly #listener: ReceiptListener = {
    onCollect: (channel, address, collect) => this.#joined.get(address)?.receipts.onCollect(channel, collect),
    onReceipts: (channel, address, receipts) => this.#joined.get(address)?.receipts.onReceipts(channel, receipts),
    onChallenge: (channel, address, challenge) => this.#joined.get(address)?.receipts.onChallenge(channel, challenge),
    onAnswer: (channel, address, answer) => this.#joined.get(address)?.receipts.onAnswer(channel, answer),
    onVerdict: (channel, address, verdict) => this.#joined.get(address)?.receipts.onVerdict(channel, verdict),
    onBeacons: (channel, address, { beacons }) => { if (this.#joined.has(address)) this.beacons.onBeacons(channel, address, beacons) },
    onRefused: ({ remoteId }, error: AppError) => {
      this.#parts.log.warn({ peer: remoteId.slice(0, 8), code: error.code, reason: messageOf(error) }, 'refused a peer')
    }
  }
}
