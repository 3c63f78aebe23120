import { isUtf8 } from 'node:buffer'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import Type from 'typebox'
import Value from 'typebox/value'
import { replaceSecret } from '../../shared/durable-file.ts'
import { isAppError } from '../../shared/errors.ts'
import { type BoxKeys, type BoxLock, openBox, sealIntoBox } from '../../shared/format/sealed-box.ts'
import type { MachineKey } from '../../shared/machine-key.ts'
import { ifReadable, parseSecret, textOf } from './secret-files.ts'

/** What was sealed of them, as the bytes that they were. */
const SealedAside = Type.Object({ lock: Type.Object({}), bytes: Type.String() })

/** Keys that were put aside because they could not be read: whatever is in their files is a secret all the same, sealed and erased along with the others. */
export class KeysAside {
  #file: string
  #machineKey: MachineKey

  /** @param file in which they lay before */
  constructor (file: string, machineKey: MachineKey) {
    this.#file = file
    this.#machineKey = machineKey
  }

  async erase (): Promise<void> {
    for (const path of await this.#paths()) await replaceSecret(path, null)
  }

  /** Seals what lies in the clear, or would for who has the machine key. What is sealed with a key that is not here is in nobody's hands. */
  async seal (lock: BoxLock): Promise<void> {
    for (const path of await this.#paths()) {
      const content = await ifReadable(this.#machineKey.open(await readFile(path), path))
      if (!content || hasLock(content)) continue
      await replaceSecret(path, textOf({ lock, bytes: sealIntoBox(content, lock) }))
      content.fill(0)
    }
  }

  /** What {@link seal} has sealed lies there as it was. What another passphrase opens stays sealed, and what no text is. */
  async unseal (keys: BoxKeys | undefined): Promise<void> {
    if (!keys) return
    for (const path of await this.#paths()) {
      const stored = parseSecret(await readFile(path))
      const bytes = Value.Check(SealedAside, stored) ? opened(stored.bytes, keys) : null
      if (bytes && isUtf8(bytes)) await replaceSecret(path, await this.#machineKey.seal(Buffer.from(bytes.buffer).toString('utf8')))
      bytes?.fill(0)
    }
  }

  async #paths (): Promise<string[]> {
    const folder = dirname(this.#file)
    const names = await readdir(folder).catch(() => []) // no folder: no keys
    return names.filter(name => name.startsWith(`${basename(this.#file)}.damaged-`)).map(name => join(folder, name))
  }
}

function opened (sealed: string, keys: BoxKeys): Uint8Array | null {
  try {
    return openBox(sealed, keys)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

function hasLock (content: Buffer): boolean {
  const stored = parseSecret(content)
  return typeof stored === 'object' && stored !== null && 'lock' in stored
}
