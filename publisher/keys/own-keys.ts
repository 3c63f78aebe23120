import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, replaceSecret, writeDurably } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { toHex } from '../../shared/format/hash.ts'
import type { SigningKey } from '../../shared/format/signature.ts'
import { FirstStoredRoot, StoredRoot, takeOverFirst } from './stored-root.ts'

const Secret = Type.String({ pattern: '^[0-9a-f]{128}$' })

const StoredWriter = Type.Object({
  signing: Type.Object({ publicKey: Type.String(), secretKey: Secret }),
  drive: Type.Object({ publicKey: Type.String({ pattern: '^[0-9a-f]{64}$' }), secretKey: Secret })
})

/** The secrets by which this device publishes a newsletter. They never leave it. */
export interface WriterKeys {
  signing: SigningKey
  drive: { publicKey: Buffer, secretKey: Buffer }
}

/** `next`: made, and not named by the newest root document yet. `held`: from a backup, and not known to be out of use elsewhere. */
export type Standing = 'present' | 'next' | 'held'

/** Where the keys of a writer were made: a copy of their file is another file. */
const Place = Type.Object({ drive: Type.String(), inode: Type.String(), born: Type.String() })

const FILES = {
  writer: { present: 'writer.json', next: 'next-writer.json', held: 'held-writer.json' },
  root: { present: 'root.json', next: 'next-root.json', held: 'held-root.json' }
}
const PLACE = 'place.json'

/** The secrets of newsletters written here, in one folder for each, readable by their owner alone. */
export class OwnKeys {
  #folder: string

  constructor (folder: string) {
    this.#folder = folder
  }

  /** Addresses of the newsletters for which there are keys. */
  async addresses (): Promise<Address[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []) // no folder: none yet
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  }

  /** What {@link writerFile} gave; null for what it never gives. */
  static writerIn (content: Buffer): WriterKeys | null {
    const stored = parse(content)
    return Value.Check(StoredWriter, stored) ? keysOf(stored) : null
  }

  async writer (address: Address, standing: Standing = 'present'): Promise<WriterKeys | null> {
    const stored = await this.#read(address, FILES.writer[standing], StoredWriter)
    return stored && keysOf(stored)
  }

  /** Null: none from now on. What lay here before is overwritten; with {@link replaceRoot} as well. */
  async replaceWriter (address: Address, keys: WriterKeys | null, standing: Standing = 'present'): Promise<void> {
    const stored: Static<typeof StoredWriter> | null = keys && {
      signing: { publicKey: keys.signing.publicKey, secretKey: toHex(keys.signing.secretKey) },
      drive: { publicKey: toHex(keys.drive.publicKey), secretKey: toHex(keys.drive.secretKey) }
    }
    await this.#replace(address, FILES.writer[standing], stored)
    if (standing === 'present') await this.#place(address, stored?.drive.publicKey ?? null)
  }

  /**
   * False when the keys that this device writes with lie elsewhere than where they were made: in a copy of the home, or one
   * that was put back. Whoever copies it elsewhere may go on with both.
   */
  async areInPlace (address: Address): Promise<boolean> {
    const writer = await this.writer(address)
    if (!writer) return true
    const drive = toHex(writer.drive.publicKey)
    const content = await readIfThere(this.#file(address, PLACE))
    const place = content && parse(content)
    if (!Value.Check(Place, place) || place.drive !== drive) {
      await this.#place(address, drive)
      return true
    }
    const { inode, born } = await placeOf(this.#file(address, FILES.writer.present))
    return inode === place.inode && born === place.born
  }

  /** No keys that lie here may be written with any more. */
  async displace (): Promise<void> {
    for (const address of await this.addresses()) {
      const writer = await this.writer(address)
      if (writer) await this.#writePlace(address, { drive: toHex(writer.drive.publicKey), inode: '', born: '' })
    }
  }

  async #place (address: Address, drive: string | null): Promise<void> {
    if (drive === null) await rm(this.#file(address, PLACE), { force: true })
    else await this.#writePlace(address, { drive, ...await placeOf(this.#file(address, FILES.writer.present)) })
  }

  async #writePlace (address: Address, place: Static<typeof Place>): Promise<void> {
    await writeDurably(this.#file(address, PLACE), JSON.stringify(place, null, 2) + '\n')
  }

  /** The root's secrets, which lie here as long as nobody has confirmed that their words were written down. */
  async root (address: Address, standing: Standing = 'present'): Promise<StoredRoot | null> {
    const stored = await this.#read(address, FILES.root[standing], Type.Union([StoredRoot, FirstStoredRoot]))
    return stored && 'secretKey' in stored ? takeOverFirst(stored) : stored
  }

  async replaceRoot (address: Address, stored: StoredRoot | null, standing: Standing = 'present'): Promise<void> {
    await this.#replace(address, FILES.root[standing], stored)
  }

  /** The file in which a writer's keys lie, for a backup; null without any. */
  async writerFile (address: Address): Promise<Buffer | null> {
    return await this.writer(address) && await readIfThere(this.#file(address, FILES.writer.present))
  }

  /** Holds a writer's keys that {@link writerFile} gave elsewhere. @throws AppError BAD_CONFIG */
  async holdWriter (address: Address, content: Uint8Array): Promise<void> {
    await replaceSecret(this.#file(address, FILES.writer.held), Buffer.from(content).toString('utf8'))
    await this.writer(address, 'held')
  }

  async #replace (address: Address, name: string, stored: object | null): Promise<void> {
    await replaceSecret(this.#file(address, name), stored && JSON.stringify(stored, null, 2) + '\n')
  }

  async #read<S extends Type.TSchema> (address: Address, name: string, schema: S): Promise<Static<S> | null> {
    const file = this.#file(address, name)
    const content = await readIfThere(file)
    if (!content) return null
    const stored = parse(content)
    if (!Value.Check(schema, stored)) throw new AppError('BAD_CONFIG', `${file} is damaged. Put it back from a backup, or restore the newsletter from its recovery words.`)
    return stored
  }

  #file (address: Address, name: string): string {
    return join(this.#folder, address, name)
  }
}

function keysOf ({ signing, drive }: Static<typeof StoredWriter>): WriterKeys {
  return {
    signing: { publicKey: signing.publicKey, secretKey: Buffer.from(signing.secretKey, 'hex') },
    drive: { publicKey: Buffer.from(drive.publicKey, 'hex'), secretKey: Buffer.from(drive.secretKey, 'hex') }
  }
}

async function placeOf (file: string): Promise<{ inode: string, born: string }> {
  const { ino, birthtimeMs } = await stat(file)
  return { inode: String(ino), born: String(birthtimeMs) }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
