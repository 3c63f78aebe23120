import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../shared/durable-file.ts'
import { AppError } from '../shared/errors.ts'

/**
 * A newsletter of this node. `own`: it is written here. `kept`: it is not followed any more, and what came is still here.
 * `keeping`: it is held for others, and not read.
 */
export type Followed = Static<typeof Followed>
const Followed = Type.Object({
  address: Type.String(),
  role: Type.Union([Type.Literal('own'), Type.Literal('subscribed'), Type.Literal('kept'), Type.Literal('keeping')]),
  /** Since when it has this role; ISO 8601. */
  since: Type.String(),
  /** Nothing new is looked for, until the person goes on with it. */
  paused: Type.Optional(Type.Boolean())
})

const Stored = Type.Object({ followed: Type.Array(Followed) })

/** Whether a newsletter is looked for on the network, and its new issues fetched. */
export function isLive ({ role, paused = false }: Followed): boolean {
  return role !== 'kept' && !paused
}

/** Which newsletters the node follows, in one small file that every change replaces durably. */
export class Subscriptions {
  #file: string
  #followed = new Map<string, Followed>()
  #saving: Promise<void> = Promise.resolve()

  constructor (file: string) {
    this.#file = file
  }

  async load (): Promise<Followed[]> {
    const content = await readIfThere(this.#file)
    if (content) {
      const stored: unknown = JSON.parse(content.toString('utf8'))
      if (!Value.Check(Stored, stored)) throw new AppError('BAD_CONFIG', `${this.#file} does not list subscriptions. Put it right, or move it away to start without any.`)
      this.#followed = new Map(stored.followed.map(followed => [followed.address, followed]))
    }
    return [...this.#followed.values()]
  }

  get (address: string): Followed | null {
    return this.#followed.get(address) ?? null
  }

  async put (followed: Followed): Promise<void> {
    this.#followed.set(followed.address, followed)
    await this.#save()
  }

  async remove (address: string): Promise<void> {
    this.#followed.delete(address)
    await this.#save()
  }

  /** One save after the other, so that the last change is what stays. */
  async #save (): Promise<void> {
    const save = this.#saving.then(() => writeDurably(this.#file, JSON.stringify({ followed: [...this.#followed.values()] }, null, 2) + '\n'))
    this.#saving = save.catch(() => {}) // told to whom it was for
    await save
  }
}
