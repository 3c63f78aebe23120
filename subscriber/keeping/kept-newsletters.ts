import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import { Caps, KeeperSettings } from '../../shared/api/keeping.ts'
import { messageOf } from '../../shared/errors.ts'
import { type Address, isAddress } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import { type Damage, SavedValue } from '../../shared/saved-value.ts'

/** What this node has promised of one newsletter. */
export type KeptNewsletter = Static<typeof KeptNewsletter>
const KeptNewsletter = Type.Object({
  address: Type.String(),
  /** ISO 8601. */
  since: Type.String(),
  until: Type.Union([Type.String(), Type.Null()]),
  owner: Type.String(),
  ...Caps.properties,
  isPrivate: Type.Optional(Type.Boolean())
})

/** Settings that came later are missing in older files. */
const Stored = Type.Object({ settings: Type.Partial(KeeperSettings), kept: Type.Array(KeptNewsletter) })
/** Of a damaged file. */
const Readable = Type.Object({ settings: Type.Optional(Type.Unknown()), kept: Type.Optional(Type.Unknown()) })

const DEFAULTS: KeeperSettings = { name: '', owner: '', maxDiskBytes: null, maxUpBytes: null, maxDownBytes: null, quietHours: null, web: null }

interface Keeps { settings: KeeperSettings, kept: ReadonlyMap<Address, KeptNewsletter> }

/** What is promised of a newsletter of which nothing else is said. */
export function plainPromise (address: Address): KeptNewsletter {
  return { address, since: new Date().toISOString(), until: null, owner: '', maxDiskBytes: null, maxUpBytes: null, maxDownBytes: null }
}

/** What this node keeps for others. */
export class KeptNewsletters {
  #keeps: SavedValue<Keeps>
  #log: Log
  #wasWritten = false

  constructor (file: string, log: Log) {
    this.#log = log
    this.#keeps = new SavedValue<Keeps>(file, { settings: DEFAULTS, kept: new Map() }, ({ settings, kept }) => ({ settings, kept: [...kept.values()] }))
  }

  /** Of a file that something else than this program has changed, what can be read counts; it is to be mended. */
  async load (): Promise<void> {
    const read = await this.#keeps.read()
    if (!read) return
    this.#wasWritten = true
    const { json, check } = read
    if (check !== 'wrong' && Value.Check(Stored, json) && json.kept.every(({ address }) => isAddress(address))) this.#keeps.loaded(keepsOf(json))
    else this.#keeps.found(keepsOf(readable(json)))
  }

  /**
   * Puts a list in the place of one that something else has changed, of which a copy is kept. Where that can not be written, it counts in this
   * run, and the damaged one is found again at the next start.
   *
   * @param missing what is promised, too, and can not be read any more
   */
  async mend (missing: Address[]): Promise<void> {
    const { settings, kept } = this.#keeps.value
    this.#keeps.found({ settings, kept: new Map([...kept, ...missing.map(address => [address, { ...plainPromise(address), isPrivate: true }] as const)]) })
    const failed = await this.#keeps.change(keeps => keeps).then(() => null, messageOf)
    this.#log.warn({ aside: this.damage?.aside, failed }, 'the list of what is kept was changed by something other than this program')
  }

  /** What something else has changed in the list, and nobody has looked at; null: nothing. */
  get damage (): Damage | null { return this.#keeps.damage }

  /** The file is to be mended. */
  get isWrong (): boolean { return this.damage?.aside === null }

  /** False: there was no file, which may only be away. */
  get wasWritten (): boolean { return this.#wasWritten }

  get settings (): KeeperSettings { return this.#keeps.value.settings }

  get all (): KeptNewsletter[] { return [...this.#keeps.value.kept.values()] }

  get (address: Address): KeptNewsletter | null {
    return this.#keeps.value.kept.get(address) ?? null
  }

  /** Who says how much all of it may take has looked at what was damaged. */
  async change (settings: Partial<KeeperSettings>): Promise<void> {
    await this.#keeps.change(keeps => ({ ...keeps, settings: { ...keeps.settings, ...settings } }), { isSeen: settings.maxDiskBytes !== undefined })
  }

  /** @param become of what is promised by then, or null */
  async put (address: Address, become: (known: KeptNewsletter | null) => KeptNewsletter): Promise<void> {
    await this.#keeps.change(({ settings, kept }) => ({ settings, kept: new Map(kept).set(address, become(kept.get(address) ?? null)) }))
  }

  async remove (address: Address): Promise<void> {
    await this.#keeps.change(({ settings, kept }) => ({ settings, kept: new Map([...kept].filter(([other]) => other !== address)) }))
  }
}

function keepsOf ({ settings, kept }: Static<typeof Stored>): Keeps {
  return { settings: { ...DEFAULTS, ...settings }, kept: new Map(kept.map(one => [one.address, one])) }
}

/** What is as it should be, each by itself. */
function readable (json: unknown): Static<typeof Stored> {
  const { settings, kept }: Static<typeof Readable> = Value.Check(Readable, json) ? json : {}
  return { settings: rightOf<KeeperSettings>(KeeperSettings.properties, settings), kept: Array.isArray(kept) ? kept.flatMap(readablePromise) : [] }
}

/** Where something is damaged that was said of it, it may be that it shall not be shown. */
function readablePromise (stored: unknown): KeptNewsletter[] {
  const { address, ...said } = rightOf<KeptNewsletter>(KeptNewsletter.properties, stored)
  if (address === undefined || !isAddress(address)) return []
  const isUnclear = Object.keys(stored as object).length > Object.keys(said).length + 1
  return [{ ...plainPromise(address), ...said, ...(isUnclear && { isPrivate: true }) }]
}

/** The members that are as they should be. */
function rightOf<T extends object> (properties: Record<string, TSchema>, stored: unknown): Partial<T> {
  const members = Object.entries(Value.Check(Type.Object({}), stored) ? stored : {})
  return Object.fromEntries(members.filter(([name, value]) => Object.hasOwn(properties, name) && Value.Check(properties[name]!, value))) as Partial<T>
}
