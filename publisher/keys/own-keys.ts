import type { KeyState } from '../../shared/api/newsletters.ts'
import { isAppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { toHex } from '../../shared/format/hash.ts'
import type { BoxKeys, BoxLock } from '../../shared/format/sealed-box.ts'
import type { Log } from '../../shared/log.ts'
import type { MachineKey } from '../../shared/machine-key.ts'
import { KeyPlace } from './key-place.ts'
import { KeysAside } from './keys-aside.ts'
import { ifReadable, SecretFiles, textOf } from './secret-files.ts'
import { AnyStoredRoot, type StoredRoot, takeOverFirst } from './stored-root.ts'
import {
  keysIn, lockOf, plainKeysIn, publicKeysIn, type PublicWriterKeys, storedWriter, StoredWriter, type WriterKeys
} from './stored-writer.ts'
import { Unannounced } from './unannounced.ts'

export type { PublicWriterKeys, WriterKeys }

/** `next`: made, and not named by the newest root document yet. `held`: from a backup, and not known to be out of use elsewhere. */
export type Standing = 'present' | 'next' | 'held'

const STANDINGS: Standing[] = ['present', 'next', 'held']
const FILES = {
  writer: { present: 'writer.json', next: 'next-writer.json', held: 'held-writer.json' },
  root: { present: 'root.json', next: 'next-root.json', held: 'held-root.json' }
}

/**
 * The secrets of newsletters written here, in one folder for each, readable by their owner alone. The keys of a newsletter's
 * writer are sealed with a passphrase all together or not at all: what comes later is sealed with the lock of those that lie
 * here. What is not lies sealed with the machine key.
 */
export class OwnKeys {
  readonly unannounced: Unannounced
  #files: SecretFiles
  #machineKey: MachineKey
  /** Of newsletters of whose writer there are keys; null: no passphrase is needed for them. */
  #locks = new Map<Address, BoxLock | null>()
  /** What opens the sealed keys of newsletters that were unlocked. */
  #opened = new Map<Address, BoxKeys>()

  private constructor (folder: string, machineKey: MachineKey) {
    this.unannounced = new Unannounced(folder)
    this.#files = new SecretFiles(folder, machineKey)
    this.#machineKey = machineKey
  }

  /**
   * Brings to its end what a killed process has begun: what was about to be sealed is sealed, and of drafts nothing is left.
   * What another machine key has sealed, or none, is sealed with this one.
   */
  static async open (folder: string, machineKey: MachineKey, log: Log): Promise<OwnKeys> {
    const keys = new OwnKeys(folder, machineKey)
    for (const address of await keys.addresses()) {
      await keys.#files.eraseDrafts(address)
      try {
        const lock = await keys.#look(address)
        if (lock) await keys.seal(address, lock)
        await keys.#sealForMachine(address, log)
      } catch (error) {
        // What is wrong with the keys of one newsletter is told to who wants to publish in it, and stops no other.
        if (!isAppError(error)) throw error
        if (!keys.isOfHome(error)) log.warn({ newsletter: address, error: error.message }, 'the keys of a newsletter')
      }
    }
    return keys
  }

  /** True for a failure that is one of the whole home, and told as such. */
  isOfHome (error: unknown): boolean {
    return isAppError(error) && error.code === 'NO_MACHINE_KEY' && this.#machineKey.problem !== null
  }

  /** Addresses of the newsletters for which there are keys. */
  async addresses (): Promise<Address[]> { return await this.#files.addresses() }

  /** Those of a writer alone, sealed or not. */
  get writerAddresses (): Address[] { return [...this.#locks.keys()] }

  /** How the keys of a newsletter's writer lie here; null: there are none. */
  stateOf (address: Address): KeyState | null {
    const lock = this.#locks.get(address)
    if (lock === undefined) return null
    return lock === null ? 'plain' : this.#opened.has(address) ? 'unlocked' : 'locked'
  }

  /** With what they are sealed on the disk; null: with nothing. */
  lockOf (address: Address): BoxLock | null { return this.#locks.get(address) ?? null }

  /** @throws AppError LOCKED, BAD_CONFIG */
  async writer (address: Address, standing: Standing = 'present'): Promise<WriterKeys | null> {
    const stored = await this.#readWriter(address, standing)
    return stored && keysIn(stored, this.#opened.get(address) ?? null)
  }

  /** What is known of a writer's keys also while they are locked. */
  async publicWriter (address: Address, standing: Standing = 'present'): Promise<PublicWriterKeys | null> {
    const stored = await this.#readWriter(address, standing)
    return stored && publicKeysIn(stored)
  }

  /** Null: none from now on. What lay here before is overwritten; with {@link replaceRoot} as well. */
  async replaceWriter (address: Address, keys: WriterKeys | null, standing: Standing = 'present'): Promise<void> {
    await this.#replaceWriter(address, keys && storedWriter(keys, this.lockOf(address)), standing)
  }

  /** Keys to come that can't be read now: a proposal may name them, and what opens them come back. */
  async putAsideNext (address: Address): Promise<void> {
    await this.#files.putAside(address, FILES.writer.next)
    const lock = this.lockOf(address)
    if (lock) await this.#aside(address).seal(lock)
  }

  /** Of all keys of a newsletter's writer nothing is left here. */
  async eraseWriter (address: Address): Promise<void> {
    for (const standing of STANDINGS) await this.#replaceWriter(address, null, standing)
    await this.#aside(address).erase()
  }

  /** The keys that were made to come next take the place of those of before, locked or not. */
  async promote (address: Address): Promise<void> {
    const next = await this.#readWriter(address, 'next')
    if (next) await this.#replaceWriter(address, next, 'present')
    await this.#replaceWriter(address, null, 'next')
  }

  /** Seals all that lie in the clear. Killed in between, the next start goes on. */
  async seal (address: Address, lock: BoxLock): Promise<void> {
    for (const standing of STANDINGS) {
      const stored = await this.#readWriter(address, standing)
      if (stored && !lockOf(stored)) await this.#rewrite(address, standing, keysIn(stored, null), lock)
    }
    await this.#aside(address).seal(lock)
  }

  /** Puts all into the clear, for good. Killed in between, the next start seals them again. @throws AppError LOCKED */
  async unseal (address: Address): Promise<void> {
    await this.#aside(address).unseal(this.#opened.get(address))
    for (const standing of STANDINGS) {
      const keys = await this.writer(address, standing)
      if (keys) await this.#rewrite(address, standing, keys, null)
    }
    this.forget(address)
  }

  /** Sealed keys can be used from now on. */
  unlock (address: Address, keys: BoxKeys): void {
    this.#opened.set(address, { ...keys, secretKey: keys.secretKey.slice() })
  }

  /** Sealed keys can not be used any more. */
  forget (address: Address): void {
    this.#opened.get(address)?.secretKey.fill(0)
    this.#opened.delete(address)
  }

  /**
   * False when the keys that this device writes with lie elsewhere than where they were made: in a copy of the home, or one
   * that was put back. Whoever copies it elsewhere may go on with both.
   */
  async areInPlace (address: Address): Promise<boolean> {
    const writer = await this.publicWriter(address)
    return writer === null || await this.#place(address).isHere(toHex(writer.drive.publicKey))
  }

  /** No keys that lie here may be written with any more. */
  async displace (): Promise<void> {
    for (const address of await this.addresses()) await this.#place(address).disown()
  }

  /** The root's secrets, which lie here as long as nobody has confirmed that their words were written down. */
  async root (address: Address, standing: Standing = 'present'): Promise<StoredRoot | null> {
    const stored = await this.#files.read(address, FILES.root[standing], AnyStoredRoot)
    return stored && 'secretKey' in stored ? takeOverFirst(stored) : stored
  }

  /** Whether a file of them lies here, which may be one that can't be read. */
  async hasRoot (address: Address, standing: Standing = 'present'): Promise<boolean> {
    return await this.#files.has(address, FILES.root[standing])
  }

  async replaceRoot (address: Address, stored: StoredRoot | null, standing: Standing = 'present'): Promise<void> {
    await this.#files.replace(address, FILES.root[standing], stored)
  }

  /** A writer's keys in the clear, for a backup, which seals them itself; null without any. @throws AppError LOCKED */
  async writerText (address: Address): Promise<string | null> {
    const keys = await this.writer(address)
    return keys && textOf(storedWriter(keys, null))
  }

  /** Holds a writer's keys that {@link writerText} gave elsewhere. */
  async holdWriter (address: Address, text: string): Promise<void> {
    const keys = plainKeysIn(Buffer.from(text))
    if (keys) await this.replaceWriter(address, keys, 'held')
  }

  async #replaceWriter (address: Address, stored: StoredWriter | null, standing: Standing): Promise<void> {
    await this.#files.replace(address, FILES.writer[standing], stored)
    if (standing === 'present') await (stored ? this.#place(address).mark(stored.drive.publicKey) : this.#place(address).forget())
    await this.#look(address)
  }

  /** The same keys in another form: they stay at home where they are at home. */
  async #rewrite (address: Address, standing: Standing, keys: WriterKeys, lock: BoxLock | null): Promise<void> {
    const place = standing === 'present' && await this.areInPlace(address) ? this.#place(address) : null
    const drive = toHex(keys.drive.publicKey)
    await this.#files.replace(address, FILES.writer[standing], storedWriter(keys, lock), async draft => await place?.markBoth(drive, draft))
    await place?.mark(drive)
    await this.#look(address)
  }

  /** Seals with the machine key what another one has sealed, or none. What can't be read stays as it is. */
  async #sealForMachine (address: Address, log: Log): Promise<void> {
    const each = async (name: string, rewrite: () => Promise<void>): Promise<void> => {
      try {
        if (!await this.#files.isDue(address, name)) return
        await rewrite()
        log.warn({ newsletter: address, file: name }, 'sealed with another machine key than before, or with none')
      } catch (error) {
        log.warn({ newsletter: address, file: name, error: messageOf(error) }, 'the keys of a newsletter')
      }
    }
    for (const standing of STANDINGS) {
      await each(FILES.writer[standing], async () => {
        const writer = await this.#readWriter(address, standing)
        if (writer) await this.#rewrite(address, standing, keysIn(writer, null), null)
      })
      await each(FILES.root[standing], async () => await this.replaceRoot(address, await this.root(address, standing), standing))
    }
  }

  /** How they lie on the disk now. */
  async #look (address: Address): Promise<BoxLock | null> {
    const stored = (await Promise.all(STANDINGS.map(async standing => await ifReadable(this.#readWriter(address, standing))))).filter(writer => writer !== null)
    const lock = stored.map(lockOf).find(found => found !== null) ?? null
    if (stored.length > 0) this.#locks.set(address, lock)
    else this.#locks.delete(address)
    if (lock === null) this.forget(address)
    return lock
  }

  async #readWriter (address: Address, standing: Standing): Promise<StoredWriter | null> {
    return await this.#files.read(address, FILES.writer[standing], StoredWriter)
  }

  #place (address: Address): KeyPlace { return new KeyPlace(this.#files.folderOf(address), this.#files.pathOf(address, FILES.writer.present)) }

  #aside (address: Address): KeysAside { return new KeysAside(this.#files.pathOf(address, FILES.writer.next), this.#machineKey) }
}
