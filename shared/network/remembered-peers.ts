import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../durable-file.ts'
import { messageOf } from '../errors.ts'
import type { Address } from '../format/address.ts'
import type { Log } from '../log.ts'

/** For each newsletter; most of them will be off when they are wanted. */
const PEERS = 16
/** As many of them have given blocks, and stay when others are met: whoever knows the address can be met. */
const GIVERS = 12
/** Who was not met for so long has another key by now, or is gone. */
const FORGET_MS = 90 * 24 * 60 * 60 * 1000
const SAVE_MS = 2_000

const Moment = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' })
const Stored = Type.Object({
  newsletters: Type.Record(Type.String(), Type.Array(Type.Object({
    /** Noise key in hex. */
    key: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** ISO 8601. */
    metAt: Moment,
    /** Blocks whose proof held came from it. */
    gaveAt: Type.Optional(Moment)
  })))
})
type Remembered = Static<typeof Stored>['newsletters'][string]

/** Nodes with which a newsletter was shared, over restarts: they are called before anybody is asked who there is. */
export class RememberedPeers {
  #file: string
  #log: Log
  #newsletters = new Map<Address, Remembered>()
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()

  constructor (file: string, log: Log) {
    this.#file = file
    this.#log = log
  }

  /** What can't be read is forgotten: it only saves time. */
  async load (): Promise<void> {
    const content = await readIfThere(this.#file)
    const stored = content && parse(content)
    if (!Value.Check(Stored, stored)) return
    this.#newsletters = new Map(Object.entries(stored.newsletters))
  }

  async close (): Promise<void> {
    if (!this.#timer) return await this.#saving
    clearTimeout(this.#timer)
    await this.#save()
  }

  /** Keys: those that have given blocks first, and of these and of the others the one that was met last. */
  of (address: Address): Buffer[] {
    return this.#known(address).map(({ key }) => Buffer.from(key, 'hex'))
  }

  /** @param key in hex */
  knows (address: Address, key: string): boolean { return this.#known(address).some(known => known.key === key) }

  /** Keys in hex of those that have given blocks. */
  givers (address: Address): string[] {
    return this.#known(address).filter(({ gaveAt }) => gaveAt !== undefined).map(({ key }) => key)
  }

  #known (address: Address): Remembered {
    const since = new Date(Date.now() - FORGET_MS).toISOString()
    return (this.#newsletters.get(address) ?? []).filter(({ metAt }) => metAt > since)
  }

  /** @param hasGiven blocks whose proof held */
  met (address: Address, remoteKey: Uint8Array, hasGiven: boolean): void {
    const key = Buffer.from(remoteKey).toString('hex')
    const known = this.#newsletters.get(address) ?? []
    const metAt = new Date().toISOString()
    const gaveAt = hasGiven ? metAt : known.find(peer => peer.key === key)?.gaveAt
    const all = [{ key, metAt, ...gaveAt !== undefined && { gaveAt } }, ...known.filter(peer => peer.key !== key)]
    const givers = all.filter(({ gaveAt }) => gaveAt !== undefined).slice(0, GIVERS)
    this.#newsletters.set(address, [...givers, ...all.filter(({ gaveAt }) => gaveAt === undefined)].slice(0, PEERS))
    this.#saveSoon()
  }

  forget (address: Address): void {
    if (this.#newsletters.delete(address)) this.#saveSoon()
  }

  #saveSoon (): void {
    this.#timer ??= setTimeout(() => { void this.#save() }, SAVE_MS).unref()
  }

  async #save (): Promise<void> {
    this.#timer = null
    const content = JSON.stringify({ newsletters: Object.fromEntries(this.#newsletters) }) + '\n'
    this.#saving = this.#saving.then(() => writeDurably(this.#file, content))
      .catch((error: unknown) => this.#log.debug({ error: messageOf(error) }, 'remembering peers'))
    await this.#saving
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // cut off by a full disk
  }
}
