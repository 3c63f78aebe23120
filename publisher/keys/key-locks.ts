import type { KeyState } from '../../shared/api/newsletters.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { type BoxKeys, createBoxLock, openBoxLock } from '../../shared/format/sealed-box.ts'
import { Resource } from '../../shared/resource.ts'
import type { NewsletterWriters } from '../publishing/newsletter-writers.ts'
import type { Custody } from './custody.ts'
import type { OwnKeys } from './own-keys.ts'

export interface KeyLocksParts { keys: OwnKeys, custody: Custody, writers: NewsletterWriters }

interface KeyLocksEvents {
  keysChanged: [address: Address]
  unlocked: [address: Address]
}

/**
 * Locks the keys by which this device writes, so that it can keep and serve for months without any of them, and unlocks them
 * for as long as somebody publishes.
 */
export class KeyLocks extends Resource<KeyLocksEvents> {
  #parts: KeyLocksParts
  /** One order after the other: each passphrase that is tried costs a second, whoever tries how many at once. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor (parts: KeyLocksParts) {
    super()
    this.#parts = parts
  }

  protected override async _close (): Promise<void> {
    await this.#turn
    for (const address of this.addresses) this.#parts.keys.forget(address)
  }

  /** Of newsletters of whose writer there are keys on this device. */
  get addresses (): Address[] { return this.#parts.keys.writerAddresses }

  /** How the keys of a newsletter's writer lie here; null: there are none. */
  stateOf (address: Address): KeyState | null {
    return this.#parts.keys.stateOf(address)
  }

  /**
   * Seals keys that lie in the clear, and recovery words that do, and forgets all of them. They are sealed on the disk when
   * this returns. Whoever publishes is let finish.
   *
   * @throws AppError NOT_WRITER without keys, BAD_PASSPHRASE when none was given for keys in the clear; nothing was changed then
   */
  async lock (addresses: Address[], passphrase?: string): Promise<void> {
    await this.#inTurn(async () => {
      const { keys, custody } = this.#parts
      this.#checkKeys(addresses)
      const isPlain = (address: Address): boolean => keys.stateOf(address) === 'plain'
      if (addresses.some(isPlain) && passphrase === undefined) throw new AppError('BAD_PASSPHRASE', 'Give a passphrase to lock the keys with.')
      const lock = addresses.some(isPlain) ? await createBoxLock(passphrase!, custody.passphraseCost) : null
      for (const address of addresses) {
        await this.#change(address, async () => {
          try {
            if (!isPlain(address)) return
            await custody.sealAll(address, passphrase!)
            await keys.seal(address, lock!)
          } finally {
            keys.forget(address)
          }
        })
      }
    })
  }

  /**
   * Of several newsletters, those are unlocked that the passphrase opens.
   *
   * @param forGood they lie on the disk in the clear again
   * @throws AppError NOT_WRITER without keys, BAD_PASSPHRASE when it opens none that is sealed
   */
  async unlock (addresses: Address[], passphrase: string, forGood = false): Promise<void> {
    await this.#inTurn(async () => {
      const { keys } = this.#parts
      this.#checkKeys(addresses)
      const sealed = addresses.filter(address => keys.lockOf(address) !== null)
      const opened = await this.#openAll(sealed, passphrase)
      if (sealed.length > 0 && opened.size === 0) throw new AppError('BAD_PASSPHRASE', sealed.length === 1 ? 'This is not the passphrase.' : 'This is the passphrase of none of them.')
      try {
        for (const [address, box] of opened) {
          const unlocked = this.#change(address, async () => {
            keys.unlock(address, box)
            if (forGood) await keys.unseal(address)
          })
          await unlocked.finally(() => this.emit('unlocked', address))
        }
      } finally {
        for (const { secretKey } of opened.values()) secretKey.fill(0)
      }
    })
  }

  /** Also where the work fails half way, the writer goes on with the keys as they are then. */
  async #change (address: Address, work: () => Promise<void>): Promise<void> {
    const { writers } = this.#parts
    try {
      await writers.inTurn(address, async () => await writers.replaceKeys(address, work))
    } finally {
      this.emit('keysChanged', address)
    }
  }

  /** What the passphrase opens. Newsletters that were locked together are tried together. */
  async #openAll (addresses: Address[], passphrase: string): Promise<Map<Address, BoxKeys>> {
    const opened = new Map<Address, BoxKeys>()
    const tried = new Map<string, BoxKeys | null>()
    for (const address of addresses) {
      const lock = this.#parts.keys.lockOf(address)!
      const key = JSON.stringify(lock)
      if (!tried.has(key)) tried.set(key, await openBoxLock(passphrase, lock))
      const box = tried.get(key)
      if (box) opened.set(address, box)
    }
    return opened
  }

  #checkKeys (addresses: Address[]): void {
    if (addresses.some(address => this.stateOf(address) === null)) throw new AppError('NOT_WRITER', 'There are no keys of this newsletter on this device: it is only read here.')
  }

  async #inTurn (work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {}) // told to whom it was for
    await turn
  }
}
