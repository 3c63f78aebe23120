import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { Caps, KeeperSettings } from '../../shared/api/keeping.ts'
import { AppError } from '../../shared/errors.ts'
import { type Address, isAddress } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import { SavedValue } from '../../shared/saved-value.ts'

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

const DEFAULTS: KeeperSettings = { name: '', owner: '', maxDiskBytes: null, maxUpBytes: null, maxDownBytes: null, quietHours: null, web: null }

interface Keeps { settings: KeeperSettings, kept: ReadonlyMap<Address, KeptNewsletter> }

/** What is promised of a newsletter of which nothing else is said. */
export function plainPromise (address: Address): KeptNewsletter {
  return { address, since: new Date().toISOString(), until: null, owner: '', maxDiskBytes: null, maxUpBytes: null, maxDownBytes: null }
}

/** What this node keeps for others. */
export class KeptNewsletters {
  #file: string
  #keeps: SavedValue<Keeps>
  #log: Log
  #wasWritten = false
  #damaged: string | null = null

  constructor (file: string, log: Log) {
    this.#file = file
    this.#log = log
    this.#keeps = new SavedValue<Keeps>(file, { settings: DEFAULTS, kept: new Map() }, ({ settings, kept }) => ({ settings, kept: [...kept.values()] }))
  }

  /** Of a file that something else than this program has changed a copy is put aside, and what can be read of it counts. */
  async load (): Promise<void> {
    const read = await this.#keeps.read()
    if (!read) return
    const { json, check } = read
    if (!Value.Check(Stored, json)) throw new AppError('BAD_CONFIG', `${this.#file} does not say what is kept. Put it right, or move it away to keep nothing.`)
    const isWhole = check !== 'wrong'
    const kept = isWhole ? json.kept : json.kept.filter(({ address }) => isAddress(address)).map(privateIfUnclear)
    const keeps = { settings: { ...DEFAULTS, ...json.settings }, kept: new Map(kept.map(one => [one.address, one])) }
    this.#wasWritten = true
    if (isWhole) return this.#keeps.loaded(keeps)
    this.#damaged = await this.#keeps.mend(keeps)
    this.#log.warn({ aside: this.#damaged }, 'the list of what is kept was changed by something other than this program')
  }

  /** Where the file was put that something else has changed; null when it was fine. */
  get damaged (): string | null { return this.#damaged }

  /** False: there was no file, which may only be away. */
  get wasWritten (): boolean { return this.#wasWritten }

  get settings (): KeeperSettings { return this.#keeps.value.settings }

  get all (): KeptNewsletter[] { return [...this.#keeps.value.kept.values()] }

  get (address: Address): KeptNewsletter | null {
    return this.#keeps.value.kept.get(address) ?? null
  }

  async change (settings: Partial<KeeperSettings>): Promise<void> {
    await this.#keeps.change(keeps => ({ ...keeps, settings: { ...keeps.settings, ...settings } }))
  }

  /** @param become of what is promised by then, or null */
  async put (address: Address, become: (known: KeptNewsletter | null) => KeptNewsletter): Promise<void> {
    await this.#keeps.change(({ settings, kept }) => ({ settings, kept: new Map(kept).set(address, become(kept.get(address) ?? null)) }))
  }

  async remove (address: Address): Promise<void> {
    await this.#keeps.change(({ settings, kept }) => ({ settings, kept: new Map([...kept].filter(([other]) => other !== address)) }))
  }
}

/** Where the name of something is damaged that was said of it, it may be that it shall not be shown. */
function privateIfUnclear (kept: KeptNewsletter): KeptNewsletter {
  const isUnclear = Object.keys(kept).some(name => !Object.hasOwn(KeptNewsletter.properties, name))
  return isUnclear ? { ...kept, isPrivate: true } : kept
}
