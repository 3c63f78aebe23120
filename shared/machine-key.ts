import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import type { Config } from './config.ts'
import { readOrMake } from './durable-file.ts'
import type { Problem } from './api/problem.ts'
import { AppError, messageOf } from './errors.ts'
import { blake2b256, toHex } from './format/hash.ts'
import { openBytes, sealBytes } from './format/passphrase.ts'
import type { Log } from './log.ts'

const KEY_BYTES = 32
const ID_BYTES = 8
/** Before the key, in base64url. */
const BEGINNING = 'colporteur-machine-key:'
const MOST_BYTES = 1_024
const ADVICE = 'Put the file back: a running node notices. If it is lost, name another one as machineKey in config.json, and go on with the recovery words: "colporteur restore".'

/** A secret's file as it lies in a home: which machine key opens it and where that lay; libsodium's secretbox with its nonce before it, in hex. */
const Sealed = Type.Object({
  machineKey: Type.String({ pattern: '^[0-9a-f]{16}$' }), file: Type.String(), sealed: Type.String({ pattern: '^([0-9a-f]{2})+$' })
}, { additionalProperties: false })
type Sealed = Static<typeof Sealed>

interface Key { id: string, file: string, bytes: Uint8Array }

/** The key that is to seal, and can't be had. */
interface Missing { file: string, reason: string }

/**
 * Seals the secrets of a home with a key that lies in a file elsewhere on the machine: nobody is asked for anything, and a
 * copy of the home gives none of them away.
 */
export class MachineKey {
  /** Seals what is written from now on; null: it is written as it is. */
  readonly #own: Key | null
  readonly #missing: Missing | null
  /** With what this home was sealed before, where that key is not here; null: nothing is wanted. */
  readonly #wanted: Pick<Sealed, 'machineKey' | 'file'> | null

  private constructor (own: Key | null, { missing = null, wanted = null }: { missing?: Missing | null, wanted?: Sealed | null } = {}) {
    this.#own = own
    this.#missing = missing
    this.#wanted = wanted
  }

  /**
   * Makes the file where there is none, but not where one lay before that has sealed something: that may come back. Without
   * it nothing can be sealed, and what is not is opened as ever.
   *
   * @param before what stands in the file of a secret of this home; null: nothing yet
   * @throws AppError BAD_CONFIG, HOME_UNSAFE where the file can't be used; where the usual one can't be made, the log says that secrets lie as they are
   */
  static async open (place: Config['machineKey'], before: Uint8Array | null, log: Log): Promise<MachineKey> {
    if (!place) return new MachineKey(null)
    const { file, isUsual } = place
    const there = await readKey(file)
    const sealed = before && sealedIn(before)
    if (there) return new MachineKey(there, { wanted: sealed && !await keyOf(sealed, there) ? sealed : null })
    if (sealed?.file === file) {
      const reason = `The machine key ${file} is missing. Until it is back nothing is published from here and no newsletter is started, and other nodes do not know this one. ${ADVICE}`
      return new MachineKey(null, { missing: { file, reason }, wanted: sealed })
    }
    try {
      // Where a stick is not in its place, a folder that is made there would be filled with a key that nobody means.
      if (!isUsual) await stat(dirname(file))
      await readOrMake(file, () => `${BEGINNING}${randomBytes(KEY_BYTES).toString('base64url')}\n`)
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? messageOf(cause)
      if (!isUsual) throw new AppError('BAD_CONFIG', `The machine key ${file} can not be made (${reason}). Name another file as machineKey in config.json, or "off".`, { cause })
      // What is sealed is not to lie in the clear because of that.
      if (sealed) return new MachineKey(null, { missing: { file, reason: `The machine key ${file} can not be made (${reason}), so nothing new can be sealed in this home. Name another place as machineKey in config.json.` } })
      log.warn(`The machine key ${file} can not be made (${reason}), so the keys of this home lie in it as they are, readable for you alone. Name another place as machineKey in config.json.`)
      return new MachineKey(null)
    }
    return new MachineKey(await readKey(file))
  }

  /** Why nothing can be sealed, to be told by whoever opens the home; null: it can. */
  get problem (): Problem | null {
    return this.#missing && { code: 'NO_MACHINE_KEY', reason: this.#missing.reason }
  }

  /** The file that is missing where it lay before; null: none is. */
  get missing (): string | null {
    return this.#missing && this.#missing.file === this.#wanted?.file ? this.#missing.file : null
  }

  /** Whether there is a key that may come back. */
  get isWanted (): boolean { return this.#wanted !== null }

  /** True when the key that was not here lies there again: a home that is opened anew is as it was. */
  async isBack (): Promise<boolean> {
    return this.#wanted !== null && await keyOf(this.#wanted, null) !== null
  }

  /**
   * What shall stand in the file of a secret.
   *
   * @throws AppError NO_MACHINE_KEY while the key is not there, or another one: what it seals could not be opened any more
   */
  async seal (text: string): Promise<string> {
    const own = this.#own
    const missing = this.#missing?.file ?? (own && (await readKey(own.file).catch(() => null))?.id !== own.id ? own.file : null)
    if (missing) throw new AppError('NO_MACHINE_KEY', `The machine key ${missing} is missing or another one, so no secret can be kept in this home. ${ADVICE}`)
    if (!own) return text
    return JSON.stringify({ machineKey: own.id, file: own.file, sealed: sealBytes(Buffer.from(text), own.bytes) } satisfies Sealed) + '\n'
  }

  /**
   * The secret in what stands in its file, sealed or not; sealed with another machine key as well, as long as that lies where it lay.
   *
   * @throws AppError NO_MACHINE_KEY, BAD_CONFIG
   */
  async open (content: Uint8Array, path: string): Promise<Buffer> {
    const sealed = sealedIn(content)
    if (!sealed) return Buffer.from(content)
    const key = await keyOf(sealed, this.#own)
    if (!key) throw new AppError('NO_MACHINE_KEY', `The keys of this home are sealed with the machine key ${JSON.stringify(sealed.file)} (${sealed.machineKey}), which is not here. ${ADVICE}`)
    try {
      return Buffer.from(openBytes(sealed.sealed, key.bytes))
    } catch (cause) {
      throw new AppError('BAD_CONFIG', `${path} is damaged. Put it back from where you have it, or go on with the recovery words: "colporteur restore".`, { cause })
    }
  }

  /** False for what is sealed with a key that is not here. */
  async canOpen (content: Uint8Array): Promise<boolean> {
    const sealed = sealedIn(content)
    return !sealed || await keyOf(sealed, this.#own) !== null
  }

  /** True for what lies there as another machine key has sealed it, or none, and would be written otherwise now. */
  isDue (content: Uint8Array): boolean {
    return !this.#missing && (sealedIn(content)?.machineKey ?? null) !== (this.#own?.id ?? null)
  }
}

/** What opens it: the key of this home, or another one that lies where it lay. */
async function keyOf ({ machineKey, file }: Pick<Sealed, 'machineKey' | 'file'>, own: Key | null): Promise<Key | null> {
  if (own?.id === machineKey) return own
  const key = isAbsolute(file) ? await readKey(file).catch(() => null) : null
  return key?.id === machineKey ? key : null
}

/** Null: there is none. @throws AppError BAD_CONFIG, HOME_UNSAFE */
async function readKey (file: string): Promise<Key | null> {
  const unusable = (reason: string, cause?: unknown): AppError => new AppError('BAD_CONFIG', `${file} can not be used as the machine key: ${reason}.`, { cause })
  let content
  try {
    const found = await stat(file)
    // Who made this home may have named anything: a device has no end.
    if (!found.isFile()) throw unusable('it is no file')
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) throw new AppError('HOME_UNSAFE', `Others on this machine can read ${file}, which opens your keys. "chmod 600" keeps it for you.`)
    content = found.size <= MOST_BYTES ? await readFile(file, 'utf8') : ''
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw unusable(code ?? messageOf(error), error)
  }
  const line = content.trim().slice(BEGINNING.length)
  if (!content.startsWith(BEGINNING) || !/^[\w-]{43}$/.test(line)) throw unusable('something else stands in it')
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
