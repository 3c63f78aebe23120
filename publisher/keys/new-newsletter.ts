import { type Address, addressOf } from '../../shared/format/address.ts'
import type { RootChainFiles } from '../../shared/format/root-chain.ts'
import { signRootDocument } from '../../shared/format/root-document.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import { createDriveKeys, DriveWriter } from '../../shared/network/drive-writer.ts'
import type { PublicWriterKeys, WriterKeys } from './own-keys.ts'
import { createRootSecrets, type RootSecret } from './stored-root.ts'

/** Sets of words, and how many of them have to act together. */
export interface Quorum { threshold: number, sets: number }

export interface NewNewsletter {
  address: Address
  /** Empty where the words were there before. */
  secrets: RootSecret[]
  writer: WriterKeys & { id: string }
  chain: RootChainFiles
}

/** Everything that a newsletter begins with, made in memory: words, root keys, document 0, and a first writer. */
export function newNewsletter (writerName: string, { threshold, sets }: Quorum = { threshold: 1, sets: 1 }): NewNewsletter {
  const secrets = createRootSecrets(sets)
  return { ...begin(writerName, secrets.map(({ key }) => key), threshold), secrets }
}

/** Like {@link newNewsletter}, with a root key of words that stand on paper already. */
export function nextNewsletter (writerName: string, rootKey: SigningKey): NewNewsletter {
  return { ...begin(writerName, [rootKey], 1), secrets: [] }
}

function begin (writerName: string, rootKeys: SigningKey[], threshold: number): Omit<NewNewsletter, 'secrets'> {
  const root = { keys: rootKeys.map(({ publicKey }) => publicKey).sort(), threshold }
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
  }, address, rootKeys)
  return { address, writer, chain: { keys, documents: [document] } }
}

export function createWriterKeys (): WriterKeys {
  return { signing: createSigningKey(), drive: createDriveKeys() }
}

/** What the root says of a writer's keys. */
export function publicOf ({ signing, drive }: PublicWriterKeys): { drive: string, signingKey: string } {
  return { drive: DriveWriter.keyOf(drive.publicKey), signingKey: signing.publicKey }
}
