import { type Address, addressOf } from '../../shared/format/address.ts'
import type { RootChainFiles } from '../../shared/format/root-chain.ts'
import { signRootDocument } from '../../shared/format/root-document.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import { createDriveKeys, DriveWriter } from '../../shared/network/drive-writer.ts'
import type { WriterKeys } from './own-keys.ts'
import { createRootSecrets, type RootSecret } from './stored-root.ts'

/** Sets of words, and how many of them have to act together. */
export interface Quorum { threshold: number, sets: number }

export interface NewNewsletter {
  address: Address
  secrets: RootSecret[]
  writer: WriterKeys & { id: string }
  chain: RootChainFiles
}

/** Everything that a newsletter begins with, made in memory: words, root keys, document 0, and a first writer. */
export function newNewsletter (writerName: string, { threshold, sets }: Quorum = { threshold: 1, sets: 1 }): NewNewsletter {
  const secrets = createRootSecrets(sets)
  const root = { keys: secrets.map(({ key }) => key.publicKey).sort(), threshold }
  const keys = writeRootKeys(root)
  const address = addressOf(keys)
  const writer = { id: 'w1', ...createWriterKeys() }
  const document = signRootDocument({
    colporteur: 1,
    kind: 'root',
    number: 0,
    previous: null,
    at: new Date().toISOString(),
    ...root,
    writers: [{ id: writer.id, name: writerName, ...publicOf(writer) }],
    state: 'active',
    successor: null
  }, address, secrets.map(({ key }) => key))
  return { address, secrets, writer, chain: { keys, documents: [document] } }
}

export function createWriterKeys (): WriterKeys {
  return { signing: createSigningKey(), drive: createDriveKeys() }
}

/** What the root says of a writer's keys. */
export function publicOf ({ signing, drive }: WriterKeys): { drive: string, signingKey: string } {
  return { drive: DriveWriter.keyOf(drive.publicKey), signingKey: signing.publicKey }
}
