import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { Caps, KeeperSettings } from '../../shared/api/keeping.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'

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

/** What this node keeps for others, in one small file that every change replaces durably. */
export class KeptNewsletters {
  #file: string
  #settings: KeeperSettings = DEFAULTS
  #kept = new Map<Address, KeptNewsletter>()
  #saving: Promise<void> = Promise.resolve()

  constructor (file: string) {
    this.#file = file
  }

  async load (): Promise<void> {
    const content = await readIfThere(this.#file)
    if (!content) return
    const stored = parse(content)
    if (!Value.Check(Stored, stored)) throw new AppError('BAD_CONFIG', `${this.#file} does not say what is kept. Put it right, or move it away to keep nothing.`)
    this.#settings = { ...DEFAULTS, ...stored.settings }
    this.#kept = new Map(stored.kept.map(kept => [kept.address, kept]))
  }

  get settings (): KeeperSettings { return this.#settings }

  get all (): KeptNewsletter[] { return [...this.#kept.values()] }

  get (address: Address): KeptNewsletter | null {
    return this.#kept.get(address) ?? null
  }

  async change (settings: KeeperSettings): Promise<void> {
    this.#settings = settings
    await this.#save()
  }

  async put (kept: KeptNewsletter): Promise<void> {
    this.#kept.set(kept.address, kept)
    await this.#save()
  }

  async remove (address: Address): Promise<void> {
    this.#kept.delete(address)
    await this.#save()
  }

  async #save (): Promise<void> {
    const content = JSON.stringify({ settings: this.#settings, kept: this.all }, null, 2) + '\n'
    const save = this.#saving.then(() => writeDurably(this.#file, content))
    this.#saving = save.catch(() => {}) // told to whom it was for
    await save
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
