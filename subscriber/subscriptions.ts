import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { NewsletterRole } from '../shared/api/newsletters.ts'
import { Policy } from '../shared/api/policies.ts'
import type { Check } from '../shared/checked-json.ts'
import { messageOf } from '../shared/errors.ts'
import { isAddress } from '../shared/format/address.ts'
import type { Log } from '../shared/log.ts'
import { type Damage, SavedValue } from '../shared/saved-value.ts'

/** A newsletter of this node. */
export type Followed = Static<typeof Followed>
const Followed = Type.Object({
  address: Type.String(),
  role: NewsletterRole,
  /** Since when it has this role; ISO 8601. */
  since: Type.String(),
  /** Since when it has been called as it is, so that it can be taken for no other name; missing: since it is known. ISO 8601. */
  namedSince: Type.Optional(Type.String()),
  /**
   * Whether it is a subscription also while this node writes in it; missing: as it is. Who brings back a newsletter of their own
   * follows it only until it is written here again; who is let into another's goes on reading.
   */
  readsOn: Type.Optional(Type.Boolean()),
  /** It was ended, and what is here of it is being dropped; interrupted, that goes on with the next start. */
  leaving: Type.Optional(Type.Literal(true)),
  /** Nothing new is looked for, until the person goes on with it. */
  paused: Type.Optional(Type.Boolean()),
  /** Whether it is said, as a reader, what is held of it; missing: as the node is set. */
  receipts: Type.Optional(Type.Boolean()),
  /** False: nobody finds this node by it; see {@link isAnnounced}. */
  announce: Type.Optional(Type.Boolean()),
  /** What of it is held here; missing: everything. */
  policy: Type.Optional(Policy),
  /** The policy was set after the list was found damaged, so that it is what the person has said. */
  policySaid: Type.Optional(Type.Literal(true)),
  /** In which the reader has put it; missing: in none. */
  folder: Type.Optional(Type.String()),
  /** What the reader calls it, whatever it calls itself; missing: nothing else. */
  petName: Type.Optional(Type.String()),
  /** Address of the newsletter that this one continues, and that led here. */
  continues: Type.Optional(Type.String()),
  /** Address to which this newsletter has led, as the one that continues it: to no other after it. */
  led: Type.Optional(Type.String())
})

/** What a person says beside that a newsletter is followed; what is left out stays as it is. */
export type Choice = Pick<Followed, 'receipts' | 'announce'>

/** How a newsletter was followed on another machine. */
export type Carried = Choice & Pick<Followed, 'policy' | 'folder' | 'petName' | 'paused' | 'readsOn'>

type Lasting = Pick<Followed, 'receipts' | 'announce' | 'policy' | 'folder' | 'petName' | 'namedSince' | 'continues' | 'led'>

/** What stays as it was said, whatever becomes of the role. @param anew what is said now */
export function lastingOf (before: Partial<Followed>, anew: { [K in keyof Lasting]?: Lasting[K] | undefined } = {}): Lasting {
  const said = Object.fromEntries(Object.entries(anew).filter(([, value]) => value !== undefined)) as Partial<Lasting>
  const { receipts, announce, policy, folder, petName, namedSince, continues, led } = { ...before, ...said }
  const told = { ...(receipts !== undefined && { receipts }), ...(announce !== undefined && { announce }) }
  const succession = { ...(continues && { continues }), ...(led && { led }) }
  const named = { ...(petName && { petName }), ...(namedSince && { namedSince }) }
  return { ...told, ...succession, ...named, ...(policy && { policy }), ...(folder && { folder }) }
}

const Stored = Type.Object({ followed: Type.Array(Type.Unknown()) })

/** Whether a newsletter is subscribed to: its issues come into the inbox. */
export function isSubscription ({ role, readsOn = false }: Pick<Followed, 'role' | 'readsOn'>): boolean {
  return role === 'subscribed' || (role === 'own' && readsOn)
}

/** What a newsletter's `readsOn` is in another role; nothing where it is as the role has it. */
export function readsOnIn (role: Followed['role'], before: Followed | null, said?: boolean): Pick<Followed, 'readsOn'> {
  if (role !== 'own' && role !== 'subscribed') return {}
  const usually = role === 'subscribed'
  const isRead = before?.role === 'own' || before?.role === 'subscribed'
  const readsOn = said ?? (isRead ? before.readsOn ?? before.role === 'subscribed' : usually)
  return readsOn === usually ? {} : { readsOn }
}

/** Whether a newsletter is looked for on the network, and its new issues fetched. */
export function isLive ({ role, paused = false, leaving }: Followed): boolean {
  return role !== 'unsubscribed' && !paused && !leaving
}

/** Whether whoever looks for the newsletter finds this node: it is so unless the person has said otherwise. */
export function isAnnounced ({ announce = true }: Pick<Followed, 'announce'>): boolean {
  return announce
}

/** Whether it is said, as a reader, what is held; `usually`: where the subscription does not say. */
export function tellsReceipts ({ role, receipts }: Followed, usually: boolean): boolean {
  return role !== 'subscribed' || (receipts ?? usually)
}

/** Which newsletters the node follows. */
export class Subscriptions {
  #followed: SavedValue<ReadonlyMap<string, Followed>>
  #log: Log

  constructor (file: string, log: Log) {
    this.#log = log
    this.#followed = new SavedValue<ReadonlyMap<string, Followed>>(file, new Map(), followed => ({ followed: [...followed.values()] }))
  }

  /**
   * Reads the file. Of one that something else than this program has changed a copy is put aside; what can be read of it
   * stays, and the rest is taken from elsewhere. Where it can not be written anew, that waits for the next change, or start.
   *
   * @param otherwise what is known of subscriptions without the file
   */
  async load (otherwise: () => Promise<Followed[]>): Promise<Followed[]> {
    const read = await this.#followed.read()
    const { followed, isWhole } = read ? readStored(read) : { followed: [], isWhole: true }
    const all = new Map([...isWhole ? [] : await otherwise(), ...followed].map(one => [one.address, one]))
    if (isWhole) this.#followed.loaded(all)
    else {
      this.#followed.found(new Map([...all].map(([address, { policySaid: _, ...one }]) => [address, one])))
      const failed = await this.#followed.change(all => all).then(() => null, messageOf)
      this.#log.warn({ aside: this.damage?.aside, failed }, 'the list of subscriptions was changed by something other than this program')
    }
    return [...this.#followed.value.values()]
  }

  /** What something else has changed in the list, and nobody has looked at; null: nothing. */
  get damage (): Damage | null { return this.#followed.damage }

  /** Whether a policy says what the person has said: by damage it may want less than that. */
  isSure (address: string): boolean { return this.damage === null || this.get(address)?.policySaid === true }

  get (address: string): Followed | null {
    return this.#followed.value.get(address) ?? null
  }

  async put (followed: Followed): Promise<void> {
    await this.#followed.change(all => new Map(all).set(followed.address, followed))
  }

  async remove (address: string): Promise<void> {
    await this.#followed.change(all => new Map([...all].filter(([other]) => other !== address)))
  }
}

function readStored ({ json, check }: { json: unknown, check: Check }): { followed: Followed[], isWhole: boolean } {
  if (!Value.Check(Stored, json)) return { followed: [], isWhole: false }
  const followed = json.followed.filter((one): one is Followed => Value.Check(Followed, one) && isAddress(one.address))
  const isWhole = followed.length === json.followed.length && check !== 'wrong'
  return { followed: isWhole ? followed : followed.map(unspokenIfUnclear), isWhole }
}

/** Where the name of something is damaged that was said of a newsletter, it may be that it shall not be spoken of. */
function unspokenIfUnclear (followed: Followed): Followed {
  const isUnclear = Object.keys(followed).some(name => !Object.hasOwn(Followed.properties, name))
  return isUnclear ? { ...followed, receipts: false, announce: false } : followed
}
