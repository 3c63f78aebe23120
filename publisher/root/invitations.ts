import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { checkedJson, parseChecked } from '../../shared/checked-json.ts'
import { readIfThere, writeDurably } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { type Acceptance, readAcceptance, writeInvitation } from '../../shared/format/acceptance.ts'
import type { Address } from '../../shared/format/address.ts'
import { Turns } from '../../shared/turns.ts'
import { momentOf } from './root-edits.ts'

const Stored = Type.Object({
  invitations: Type.Array(Type.Object({
    id: Type.String(),
    name: Type.String(),
    expires: Type.Optional(Type.String()),
    /** Drive of who accepted it: an invitation is for one. */
    drive: Type.Optional(Type.String())
  }))
})
type StoredInvitation = Static<typeof Stored>['invitations'][number]

/** Invitations that this node has made, in a file beside the keys of each newsletter. */
export class Invitations {
  #folder: string
  /** Each change reads and writes the whole file. */
  #turns = new Turns()

  /** @param folder of the keys, with one for each newsletter in it */
  constructor (folder: string) {
    this.#folder = folder
  }

  async invite (newsletter: Address, { name, expires }: { name: string, expires?: string }): Promise<string> {
    const invitation = { id: randomBytes(16).toString('hex'), name, ...(expires && { expires: momentOf(expires) }) }
    await this.#turns.inTurn(newsletter, async () => await this.#write(newsletter, [...await this.#read(newsletter), invitation]))
    return writeInvitation({ newsletter, ...invitation })
  }

  /**
   * The new writer that an acceptance of one of these invitations speaks for.
   *
   * @throws AppError NOT_FOUND for an invitation from elsewhere, CONFLICT when another has accepted it; BAD_FORMAT, BAD_SIGNATURE
   */
  async accepted (newsletter: Address, text: string): Promise<{ name: string, drive: string, signingKey: string, expires?: string }> {
    const { drive, signingKey, ...acceptance } = readAcceptance(text)
    return await this.#turns.inTurn(newsletter, async () => {
      const invitations = await this.#read(newsletter)
      const invitation = find(invitations, newsletter, acceptance)
      if (invitation.drive !== undefined && invitation.drive !== drive) throw new AppError('CONFLICT', 'Another device has accepted this invitation. Make a new one.')
      await this.#write(newsletter, invitations.map(candidate => candidate === invitation ? { ...invitation, drive } : candidate))
      const { name, expires } = invitation
      return { name, drive, signingKey, ...(expires && { expires }) }
    })
  }

  async #read (newsletter: Address): Promise<StoredInvitation[]> {
    const content = await readIfThere(this.#file(newsletter))
    const { json: stored, check } = parseChecked(content?.toString('utf8') ?? '{"invitations":[]}')
    // Whom it lets in, and for how long, goes into the root.
    if (!Value.Check(Stored, stored)) throw new AppError('BAD_CONFIG', `${this.#file(newsletter)} is damaged. Move it away and invite anew.`)
    if (check === 'wrong') throw new AppError('BAD_CONFIG', `${this.#file(newsletter)} is damaged, or was changed by hand. Move it away and invite anew; who has changed it takes out its last member, "check", so that it counts.`)
    return stored.invitations
  }

  async #write (newsletter: Address, invitations: StoredInvitation[]): Promise<void> {
    await writeDurably(this.#file(newsletter), checkedJson({ invitations }))
  }

  #file (newsletter: Address): string {
    return join(this.#folder, newsletter, 'invitations.json')
  }
}

function find (invitations: StoredInvitation[], newsletter: Address, acceptance: Pick<Acceptance, 'newsletter' | 'invitation'>): StoredInvitation {
  const found = acceptance.newsletter === newsletter ? invitations.find(({ id }) => id === acceptance.invitation) : undefined
  if (!found) throw new AppError('NOT_FOUND', 'This accepts an invitation that this node did not make for this newsletter.')
  return found
}
