import type { WordCustody, WordSets } from '../../shared/api/words.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { createLock, keyFromPassphrase, PASSPHRASE_COST, type PassphraseCost } from '../../shared/format/passphrase.ts'
import { keyIdText, type SigningKey } from '../../shared/format/signature.ts'
import { findRootKey } from '../../shared/format/words.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnKeys, Standing } from './own-keys.ts'
import { ifReadable } from './secret-files.ts'
import { openSecret, type RootSecret, type StoredRoot, storedSecret } from './stored-root.ts'

const STANDINGS: Standing[] = ['present', 'next']

/**
 * Keeps the recovery words of newsletters made here until somebody has shown to have written them down: up to then they
 * can be shown again, afterwards they are nowhere on this machine.
 */
export class Custody extends Resource<{ wordsChanged: [address: Address] }> {
  /** What a passphrase costs that seals something of this node. */
  readonly passphraseCost: PassphraseCost
  #keys: OwnKeys
  #roots: RootStore
  /** What lies on the disk, without the secrets; null: it can't be read. */
  #kept = new Map<Address, { publicKeys: string[] | null, sealed: boolean }>()
  /** One order after the other: each changes the one file. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor ({ keys, roots, passphraseCost = PASSPHRASE_COST }: { keys: OwnKeys, roots: RootStore, passphraseCost?: PassphraseCost }) {
    super()
    this.#keys = keys
    this.#roots = roots
    this.passphraseCost = passphraseCost
  }

  protected override async _open (): Promise<void> {
    for (const address of await this.#keys.addresses()) {
      const stored = await ifReadable(this.#keys.root(address))
      if (stored || !await this.#keys.hasRoot(address)) this.#remember(address, stored)
      else this.#kept.set(address, { publicKeys: null, sealed: false })
    }
  }

  protected override async _close (): Promise<void> {
    await this.#turn
  }

  /** True while words lie on this machine, because nobody has confirmed them. */
  unconfirmed (address: Address): boolean {
    return this.#kept.has(address)
  }

  /** @throws AppError NOT_COMPLETE while the root is not known here */
  async describe (address: Address): Promise<WordCustody> {
    const { keys, threshold } = await this.#rootKeys(address)
    const { publicKeys, sealed } = this.#kept.get(address) ?? { publicKeys: [], sealed: false }
    return { sets: keys.length, threshold, unconfirmed: (publicKeys ?? keys).map(keyIdText), sealed, next: await this.#describeNext(address) }
  }

  async #describeNext (address: Address): Promise<WordCustody['next']> {
    const stored = await ifReadable(this.#keys.root(address, 'next'))
    if (stored) return { unconfirmed: stored.secrets.map(({ publicKey }) => keyIdText(publicKey)), sealed: stored.lock !== undefined }
    return await this.#keys.hasRoot(address, 'next') ? { unconfirmed: [], sealed: false } : null
  }

  /** Takes the secrets of a new root into custody. They are on the disk when this returns. */
  async keep (address: Address, secrets: RootSecret[], passphrase: string | null): Promise<void> {
    await this.#inTurn(async () => await this.#write(address, secrets, passphrase, 'present'))
  }

  /**
   * Like {@link keep}, of keys to come.
   *
   * @param anew those of another change that lie here are erased, which may be the ones that count: who asks for it has to have agreed
   * @throws AppError CONFLICT while there are some
   */
  async keepNext (address: Address, secrets: RootSecret[], passphrase: string | null, anew: boolean): Promise<void> {
    await this.#inTurn(async () => {
      if (!anew && await this.#keys.root(address, 'next')) throw new AppError('CONFLICT', 'New words of this newsletter lie here already, for a change of which this node has not heard that it was published: "colporteur keys show" shows them. Who has its proposal can sign it ("colporteur root sign FILE"), and would need them; if that has happened elsewhere, they are the words that count. To erase them and make others, say --anew.')
      await this.#write(address, secrets, passphrase, 'next')
    })
  }

  /**
   * The words that lie here, those of keys to come as well. Of those that are sealed, what the passphrase opens.
   *
   * @throws AppError NOT_FOUND when there are none, BAD_PASSPHRASE when it opens none
   */
  async show (address: Address, passphrase?: string): Promise<WordSets> {
    return await this.#inTurn(async () => {
      const sets = []
      const refused: AppError[] = []
      for (const standing of STANDINGS) {
        if (!await this.#keys.root(address, standing)) continue
        const secrets = await this.#open(address, passphrase, standing).catch((error: unknown) => {
          if (!isAppError(error) || error.code !== 'BAD_PASSPHRASE') throw error
          refused.push(error)
          return []
        })
        sets.push(...secrets.flatMap(({ key, words }) => words === null ? [] : [{ key: keyIdText(key.publicKey), words, next: standing === 'next' }]))
      }
      if (sets.length > 0) return { sets }
      if (refused[0]) throw refused[0]
      if (!this.unconfirmed(address)) throw gone()
      throw new AppError('NOT_FOUND', 'Only the key that the words give lies on this machine: an early version kept nothing else, and showed the words once. If you have them, confirm them.')
    })
  }

  /** What lies on the disk of words that were not confirmed, for a backup; null without any. */
  async stored (address: Address): Promise<StoredRoot | null> {
    return await this.#keys.root(address)
  }

  /**
   * Takes words into custody again that a backup had; false: the root does not know them any more, there are some here, or
   * they would lie in the clear beside keys that are locked.
   */
  async takeBack (address: Address, stored: StoredRoot): Promise<boolean> {
    return await this.#inTurn(async () => {
      const { keys } = await this.#rootKeys(address)
      const counting = stored.secrets.filter(({ publicKey }) => keys.includes(publicKey))
      if (counting.length === 0 || this.unconfirmed(address) || (!stored.lock && this.#keys.lockOf(address))) return false
      await this.#replace(address, { ...stored, secrets: counting }, 'present')
      return true
    })
  }

  /**
   * Checks words that somebody wrote down. What they stand for is erased from this machine; where it was before, they are
   * only checked.
   *
   * @throws AppError BAD_WORDS
   */
  async confirm (address: Address, words: string): Promise<void> {
    await this.#inTurn(async () => {
      const stored = await Promise.all(STANDINGS.map(async standing => await ifReadable(this.#keys.root(address, standing))))
      const kept = stored.flatMap(root => root?.secrets.map(({ publicKey }) => publicKey) ?? [])
      const found = findRootKey(words, [...kept, ...(await this.#rootKeys(address)).keys])
      if (!found) throw new AppError('BAD_WORDS', 'These are valid recovery words, but not those of this newsletter.')
      // Who has the only set needs no file any more that can't be read.
      const isLost = this.#kept.get(address)?.publicKeys === null && (await this.#rootKeys(address)).keys.length === 1
      if (isLost) await this.#replace(address, null, 'present')
      for (const [i, root] of stored.entries()) {
        const secrets = root?.secrets.filter(({ publicKey }) => publicKey !== found.publicKey) ?? []
        if (root && secrets.length < root.secrets.length) await this.#replace(address, secrets.length > 0 ? { ...root, secrets } : null, STANDINGS[i]!)
      }
    })
  }

  /** @throws AppError NOT_FOUND when no words lie here, BAD_PASSPHRASE when those that lie here are sealed with another one than `current` */
  async seal (address: Address, passphrase: string, current?: string): Promise<void> {
    await this.#inTurn(async () => await this.#write(address, await this.#open(address, current, 'present'), passphrase, 'present'))
  }

  /** Seals all words that lie here in the clear, those of keys to come as well. */
  async sealAll (address: Address, passphrase: string): Promise<void> {
    await this.#inTurn(async () => {
      for (const standing of STANDINGS) {
        const stored = await ifReadable(this.#keys.root(address, standing))
        if (stored && !stored.lock) await this.#write(address, await this.#open(address, undefined, standing), passphrase, standing)
      }
    })
  }

  /** The keys that the words lying here give. @throws AppError BAD_PASSPHRASE */
  async signers (address: Address, passphrase?: string): Promise<SigningKey[]> {
    if (!this.unconfirmed(address)) return []
    return await this.#inTurn(async () => (await this.#open(address, passphrase, 'present')).map(({ key }) => key))
  }

  /** After the root has changed: keys to come that it names now take the place of those of before, which are worth nothing. */
  async settle (address: Address): Promise<void> {
    await this.#inTurn(async () => {
      const [present, next, known] = await Promise.all([ifReadable(this.#keys.root(address)), ifReadable(this.#keys.root(address, 'next')), this.#roots.get(address)])
      // Another chain of the same length may still turn out to be the one that counts.
      if (known?.dispute) return
      const counts = ({ publicKey }: { publicKey: string }): boolean => known!.chain.newest.keys.includes(publicKey)
      if (known && next?.secrets.some(counts)) {
        await this.#replace(address, next, 'present')
        await this.#replace(address, null, 'next')
      } else if (known && present && !present.secrets.some(counts)) await this.#replace(address, null, 'present')
    })
  }

  async #open (address: Address, passphrase: string | undefined, standing: Standing): Promise<RootSecret[]> {
    const stored = await this.#keys.root(address, standing)
    if (!stored) throw gone()
    if (stored.lock && passphrase === undefined) throw new AppError('BAD_PASSPHRASE', 'The words are sealed: give the passphrase.')
    const seal = stored.lock ? await keyFromPassphrase(passphrase!, stored.lock) : null
    return stored.secrets.map(secret => openSecret(secret, seal))
  }

  async #write (address: Address, secrets: RootSecret[], passphrase: string | null, standing: Standing): Promise<void> {
    const lock = passphrase === null ? null : createLock(this.passphraseCost)
    const seal = lock && await keyFromPassphrase(passphrase!, lock)
    await this.#replace(address, { ...(lock && { lock }), secrets: secrets.map(secret => storedSecret(secret, seal)) }, standing)
  }

  async #replace (address: Address, stored: StoredRoot | null, standing: Standing): Promise<void> {
    await this.#keys.replaceRoot(address, stored, standing)
    if (standing === 'next') return
    this.#remember(address, stored)
    this.emit('wordsChanged', address)
  }

  #remember (address: Address, stored: StoredRoot | null): void {
    if (!stored) this.#kept.delete(address)
    else this.#kept.set(address, { publicKeys: stored.secrets.map(({ publicKey }) => publicKey), sealed: stored.lock !== undefined })
  }

  async #rootKeys (address: Address): Promise<{ keys: string[], threshold: number }> {
    const known = await this.#roots.get(address)
    if (!known) throw new AppError('NOT_COMPLETE', 'The root of this newsletter has not been found yet, so there is nothing to check words against.')
    return known.chain.newest
  }

  async #inTurn<T> (work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {}) // told to whom it was for
    return await turn
  }
}

function gone (): AppError {
  return new AppError('NOT_FOUND', 'The recovery words of this newsletter are not on this machine: they were confirmed and so erased, or were never here. They stand where their owner wrote them down.')
}
