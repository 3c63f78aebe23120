import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { Caps, KeeperSettings } from '../../shared/api/keeping.ts'
import { readIfThere } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
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

/** What this node keeps for others. */
export class KeptNewsletters {
  #file: string
  #keeps: SavedValue<Keeps>
  #wasWritten = false

  constructor (file: string) {
    this.#file = file
    this.#keeps = new SavedValue<Keeps>(file, { settings: DEFAULTS, kept: new Map() }, ({ settings, kept }) => ({ settings, kept: [...kept.values()] }))
  }

  async load (): Promise<void> {
    const content = await readIfThere(this.#file)
    if (!content) return
    const stored = parse(content)
    if (!Value.Check(Stored, stored)) throw new AppError('BAD_CONFIG', `${this.#file} does not say what is kept. Put it right, or move it away to keep nothing.`)
    this.#keeps.loaded({ settings: { ...DEFAULTS, ...stored.settings }, kept: new Map(stored.kept.map(kept => [kept.address, kept])) })
    this.#wasWritten = true
  }

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

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
