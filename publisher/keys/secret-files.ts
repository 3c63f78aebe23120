import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type Type from 'typebox'
import type { Static } from 'typebox'
import Value from 'typebox/value'
import { eraseDrafts, putAside, readIfThere, replaceSecret } from '../../shared/durable-file.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { MachineKey } from '../../shared/machine-key.ts'

/** The files in which the secrets of newsletters lie, a folder for each newsletter. What no passphrase seals is sealed with the machine key. */
export class SecretFiles {
  #folder: string
  #machineKey: MachineKey

  constructor (folder: string, machineKey: MachineKey) {
    this.#folder = folder
    this.#machineKey = machineKey
  }

  /** Of the newsletters that have a folder. */
  async addresses (): Promise<Address[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []) // no folder: none yet
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  }

  folderOf (address: Address): string {
    return join(this.#folder, address)
  }

  pathOf (address: Address, name: string): string {
    return join(this.#folder, address, name)
  }

  /** @throws AppError BAD_CONFIG for what is damaged, NO_MACHINE_KEY for what is sealed with a key that is not here */
  async read<S extends Type.TSchema> (address: Address, name: string, schema: S): Promise<Static<S> | null> {
    const path = this.pathOf(address, name)
    const content = await readIfThere(path)
    if (!content) return null
    const stored = parseSecret(await this.#machineKey.open(content, path))
    if (!Value.Check(schema, stored)) throw new AppError('BAD_CONFIG', `${path} is damaged. Put it back from a backup, or restore the newsletter from its recovery words.`)
    return stored
  }

  async has (address: Address, name: string): Promise<boolean> {
    return await readIfThere(this.pathOf(address, name)) !== null
  }

  /**
   * Null: removed. What lay there before is overwritten.
   *
   * @param beforeRename sees the file that is about to take the place of the other one
   */
  async replace (address: Address, name: string, stored: object | null, beforeRename?: (draft: string) => Promise<void>): Promise<void> {
    await replaceSecret(this.pathOf(address, name), stored && await this.#contentOf(stored), beforeRename)
  }

  /** Nothing is there of it any more under this name; what lay there stays, under another one. */
  async putAside (address: Address, name: string): Promise<void> {
    if (await this.has(address, name)) await putAside(this.pathOf(address, name))
  }

  /** True for what the machine key would seal otherwise now. */
  async isDue (address: Address, name: string): Promise<boolean> {
    const content = await readIfThere(this.pathOf(address, name))
    return content !== null && !hasPassphrase(parseSecret(content)) && this.#machineKey.isDue(content)
  }

  /** Erases what a killed process was about to write. */
  async eraseDrafts (address: Address): Promise<void> {
    await eraseDrafts(this.folderOf(address))
  }

  async #contentOf (stored: object): Promise<string> {
    return hasPassphrase(stored) ? textOf(stored) : await this.#machineKey.seal(textOf(stored))
  }
}

/** Null also for what is damaged, or sealed with a key that is not here: the log was told when the node started. */
export async function ifReadable<T> (secret: Promise<T | null>): Promise<T | null> {
  return await secret.catch((error: unknown) => {
    if (isAppError(error)) return null
    throw error
  })
}

export function textOf (stored: object): string {
  return JSON.stringify(stored, null, 2) + '\n'
}

/** What a passphrase seals needs no other key. */
function hasPassphrase (stored: unknown): boolean {
  return typeof stored === 'object' && stored !== null && 'lock' in stored && stored.lock !== undefined
}

/** Null for what is no JSON: as damaged as the wrong shape. */
export function parseSecret (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null
  }
}
