import { type Address, addressOf } from '../../shared/format/address.ts'
import type { RootChainFiles } from '../../shared/format/root-chain.ts'
import { signRootDocument } from '../../shared/format/root-document.ts'
import { writeRootKeys } from '../../shared/format/root-keys.ts'
import { createSigningKey, type SigningKey } from '../../shared/format/signature.ts'
import { createWords, rootKeyFromWords } from '../../shared/format/words.ts'
import { createDriveKeys, DriveWriter } from '../../shared/network/drive-writer.ts'
import type { WriterKeys } from './own-keys.ts'

export interface NewNewsletter {
  address: Address
  words: string
  rootKey: SigningKey
  writer: WriterKeys
  chain: RootChainFiles
}

/** Everything that a newsletter begins with, made in memory: words, root key, document 0, and a first writer. */
export function newNewsletter (writerName: string): NewNewsletter {
  const words = createWords()
  const rootKey = rootKeyFromWords(words, 0)
  const keys = writeRootKeys({ keys: [rootKey.publicKey], threshold: 1 })
  const address = addressOf(keys)
  const writer = { id: 'w1', signing: createSigningKey(), drive: createDriveKeys() }
  const document = signRootDocument({
    colporteur: 1,
    kind: 'root',
    number: 0,
    previous: null,
    at: new Date().toISOString(),
    keys: [rootKey.publicKey],
    threshold: 1,
    writers: [{ id: writer.id, name: writerName, drive: DriveWriter.keyOf(writer.drive.publicKey), signingKey: writer.signing.publicKey }],
    state: 'active',
    successor: null
  }, address, [rootKey])
  return { address, words, rootKey, writer, chain: { keys, documents: [document] } }
}
