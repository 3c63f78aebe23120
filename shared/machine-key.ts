import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import type { Config } from './config.ts'
import { readIfThere, readOrMake } from './durable-file.ts'
import { AppError, messageOf } from './errors.ts'
import { blake2b256, toHex } from './format/hash.ts'
import { openBytes, sealBytes } from './format/passphrase.ts'
import type { Log } from './log.ts'

const KEY_BYTES = 32
const ID_BYTES = 8
const LINE = /^colporteur-machine-key:([\w-]{43})$/

/** A secret's file as it lies in a home: which machine key opens it and where that lay; libsodium's secretbox with its nonce before it, in hex. */
const Sealed = Type.Object({
  machineKey: Type.String({ pattern: '^[0-9a-f]{16}$' }), file: Type.String(), sealed: Type.String({ pattern: '^([0-9a-f]{2})+$' })
})
type Sealed = Static<typeof Sealed>

interface Key { id: string, file: string, bytes: Uint8Array }

/**
 * Seals the secrets of a home with a key that lies in a file elsewhere on the machine: nobody is asked for anything, and a
 * copy of the home gives none of them away.
 */
export class MachineKey {
  /** Seals what is written from now on; null: it is written as it is. */
  readonly #own: Key | null

  private constructor (own: Key | null) {
    this.#own = own
  }

  /**
   * Makes the file where there is none.
   *
   * @throws AppError BAD_CONFIG, HOME_UNSAFE where the file that somebody named can't be used; without the usual one the log says that secrets lie as they are
   */
  static async open (place: Config['machineKey'], log: Log): Promise<MachineKey> {
    if (!place) return new MachineKey(null)
    try {
      return new MachineKey(await readOrMakeKey(place))
    } catch (error) {
      if (!place.isUsual) throw error
      log.warn({ error: messageOf(error) }, 'The keys of this home lie in it as they are, readable for you alone: there is no machine key to seal them with. Name a place for it as machineKey in config.json.')
      return new MachineKey(null)
    }
  }

  /** What shall stand in the file of a secret. */
  seal (text: string): string {
    if (!this.#own) return text
    const { id, file, bytes } = this.#own
    return JSON.stringify({ machineKey: id, file, sealed: sealBytes(Buffer.from(text), bytes) } satisfies Sealed) + '\n'
  }

  /**
   * The secret in what stands in its file, sealed or not; sealed with another machine key as well, as long as that lies where it lay.
   *
   * @throws AppError BAD_CONFIG
   */
  async open (content: Uint8Array, path: string): Promise<Buffer> {
    const sealed = sealedIn(content)
    if (!sealed) return Buffer.from(content)
    const key = this.#own?.id === sealed.machineKey ? this.#own : await readKey(sealed.file).catch(() => null)
    if (key?.id !== sealed.machineKey) throw new AppError('BAD_CONFIG', `${path} is sealed with the machine key ${sealed.machineKey}, which is not here any more. Put its file back (${sealed.file}), or name it as machineKey in config.json. If it is lost, "colporteur restore" goes on with the recovery words.`)
    try {
      return Buffer.from(openBytes(sealed.sealed, key.bytes))
    } catch (cause) {
      throw new AppError('BAD_CONFIG', `${path} is damaged. Put it back from a backup, or restore the newsletter from its recovery words.`, { cause })
    }
  }

  /** False for what was written with another machine key, or with none. */
  isSealing (content: Uint8Array): boolean {
    return (sealedIn(content)?.machineKey ?? null) === (this.#own?.id ?? null)
  }
}

async function readOrMakeKey ({ file, isUsual }: NonNullable<Config['machineKey']>): Promise<Key> {
  try {
    // Where a stick is not in its place, a folder that is made there would be filled with a key that nobody means.
    if (!isUsual) await stat(dirname(file))
    await readOrMake(file, () => `colporteur-machine-key:${randomBytes(KEY_BYTES).toString('base64url')}\n`)
  } catch (cause) {
    throw new AppError('BAD_CONFIG', `The machine key ${file} can not be used (${(cause as NodeJS.ErrnoException).code}). Name another place as machineKey in config.json, or "off".`, { cause })
  }
  return (await readKey(file))!
}

/** Null: there is none. @throws AppError BAD_CONFIG, HOME_UNSAFE */
async function readKey (file: string): Promise<Key | null> {
  const content = await readIfThere(file)
  if (!content) return null
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) throw new AppError('HOME_UNSAFE', `Others on this machine can read ${file}, which opens your keys. "chmod 600" keeps it for you.`)
  const [, line] = LINE.exec(content.toString('utf8').trim()) ?? []
  if (!line) throw new AppError('BAD_CONFIG', `${file} is no machine key. Put it back from where you have it, or move it away: the node then makes another, and what this one sealed stays closed.`)
  const bytes = Buffer.from(line, 'base64url')
  return { id: toHex(blake2b256(bytes).subarray(0, ID_BYTES)), file, bytes }
}

function sealedIn (content: Uint8Array): Sealed | null {
  try {
    const stored: unknown = JSON.parse(Buffer.from(content).toString('utf8'))
    return Value.Check(Sealed, stored) ? stored : null
  } catch {
    return null // a secret that is not sealed need not be JSON
  }
}
