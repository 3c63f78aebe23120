import { readdir } from 'node:fs/promises'
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
  /** Id that the root gives this writer. */
  id: Type.String(),
  signing: Type.Object({ publicKey: Type.String(), secretKey: Secret }),
  drive: Type.Object({ publicKey: Type.String({ pattern: '^[0-9a-f]{64}$' }), secretKey: Secret })
})

/** The secrets by which this device publishes a newsletter. They never leave it. */
export interface WriterKeys {
  id: string
  signing: SigningKey
  drive: { publicKey: Buffer, secretKey: Buffer }
}

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

  async writer (address: Address): Promise<WriterKeys | null> {
    const stored = await this.#read(address, 'writer.json', StoredWriter)
    return stored && {
      id: stored.id,
      signing: { publicKey: stored.signing.publicKey, secretKey: Buffer.from(stored.signing.secretKey, 'hex') },
      drive: { publicKey: Buffer.from(stored.drive.publicKey, 'hex'), secretKey: Buffer.from(stored.drive.secretKey, 'hex') }
    }
  }

  async putWriter (address: Address, { id, signing, drive }: WriterKeys): Promise<void> {
    const stored: Static<typeof StoredWriter> = {
      id,
      signing: { publicKey: signing.publicKey, secretKey: toHex(signing.secretKey) },
      drive: { publicKey: toHex(drive.publicKey), secretKey: toHex(drive.secretKey) }
    }
    await writeDurably(this.#file(address, 'writer.json'), JSON.stringify(stored, null, 2) + '\n')
  }

  /** The root's secrets, which lie here as long as nobody has confirmed that their words were written down. */
  async root (address: Address): Promise<StoredRoot | null> {
    const stored = await this.#read(address, 'root.json', Type.Union([StoredRoot, FirstStoredRoot]))
    return stored && 'secretKey' in stored ? takeOverFirst(stored) : stored
  }

  /** Null: none from now on. What lay here before is overwritten. */
  async replaceRoot (address: Address, stored: StoredRoot | null): Promise<void> {
    await replaceSecret(this.#file(address, 'root.json'), stored && JSON.stringify(stored, null, 2) + '\n')
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

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
