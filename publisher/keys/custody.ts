import type { WordCustody, WordSets } from '../../shared/api/words.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { createLock, keyFromPassphrase } from '../../shared/format/passphrase.ts'
import { keyIdText } from '../../shared/format/signature.ts'
import { findRootKey } from '../../shared/format/words.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnKeys } from './own-keys.ts'
import { openSecret, type RootSecret, type StoredRoot, storedSecret } from './stored-root.ts'

/**
 * Keeps the recovery words of newsletters made here until somebody has shown to have written them down: up to then they
 * can be shown again, afterwards they are nowhere on this machine.
 */
export class Custody extends Resource<{ wordsChanged: [address: Address] }> {
  #keys: OwnKeys
  #roots: RootStore
  /** What lies on the disk, without the secrets. */
  #kept = new Map<Address, { publicKeys: string[], sealed: boolean }>()
  /** One order after the other: each changes the one file. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor ({ keys, roots }: { keys: OwnKeys, roots: RootStore }) {
    super()
    this.#keys = keys
    this.#roots = roots
  }

  protected override async _open (): Promise<void> {
    for (const address of await this.#keys.addresses()) this.#remember(address, await this.#keys.root(address))
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
    return { sets: keys.length, threshold, unconfirmed: publicKeys.map(keyIdText), sealed }
  }

  /** Takes the secrets of a new root into custody. They are on the disk when this returns. */
  async keep (address: Address, secrets: RootSecret[], passphrase: string | null): Promise<void> {
    await this.#inTurn(async () => await this.#write(address, secrets, passphrase))
  }

  /** @throws AppError NOT_FOUND when no words lie here, BAD_PASSPHRASE */
  async show (address: Address, passphrase?: string): Promise<WordSets> {
    const secrets = await this.#inTurn(async () => await this.#open(address, passphrase))
    const sets = secrets.flatMap(({ key, words }) => words === null ? [] : [{ key: keyIdText(key.publicKey), words }])
    if (sets.length === 0) throw new AppError('NOT_FOUND', 'Only the key that the words give lies on this machine: an early version kept nothing else, and showed the words once. If you have them, confirm them.')
    return { sets }
  }

  /**
   * Checks words that somebody wrote down. What they stand for is erased from this machine; where it was before, they are
   * only checked.
   *
   * @throws AppError BAD_WORDS
   */
  async confirm (address: Address, words: string): Promise<void> {
    await this.#inTurn(async () => {
      const stored = await this.#keys.root(address)
      const publicKeys = [...stored?.secrets.map(({ publicKey }) => publicKey) ?? [], ...(await this.#rootKeys(address)).keys]
      const found = findRootKey(words, publicKeys)
      if (!found) throw new AppError('BAD_WORDS', 'These are valid recovery words, but not those of this newsletter.')
      if (!stored) return
      const secrets = stored.secrets.filter(({ publicKey }) => publicKey !== found.publicKey)
      await this.#replace(address, secrets.length > 0 ? { ...stored, secrets } : null)
    })
  }

  /** @throws AppError NOT_FOUND when no words lie here, BAD_PASSPHRASE when those that lie here are sealed with another one than `current` */
  async seal (address: Address, passphrase: string, current?: string): Promise<void> {
    await this.#inTurn(async () => await this.#write(address, await this.#open(address, current), passphrase))
  }

  async #open (address: Address, passphrase: string | undefined): Promise<RootSecret[]> {
    const stored = await this.#keys.root(address)
    if (!stored) throw new AppError('NOT_FOUND', 'The words of this newsletter were confirmed, and so erased from this machine. They stand where you wrote them down.')
    if (stored.lock && passphrase === undefined) throw new AppError('BAD_PASSPHRASE', 'The words are sealed: give the passphrase.')
    const seal = stored.lock ? await keyFromPassphrase(passphrase!, stored.lock) : null
    return stored.secrets.map(secret => openSecret(secret, seal))
  }

  async #write (address: Address, secrets: RootSecret[], passphrase: string | null): Promise<void> {
    const lock = passphrase === null ? null : createLock()
    const seal = lock && await keyFromPassphrase(passphrase!, lock)
    await this.#replace(address, { ...(lock && { lock }), secrets: secrets.map(secret => storedSecret(secret, seal)) })
  }

  async #replace (address: Address, stored: StoredRoot | null): Promise<void> {
    await this.#keys.replaceRoot(address, stored)
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
