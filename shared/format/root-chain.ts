import { AppError, isAppError } from '../errors.ts'
import { type Address, addressOf } from './address.ts'
import { blake2b256Hex } from './hash.ts'
import { ROOT_CHAIN_BYTES, ROOT_CHAIN_DOCUMENTS, ROOT_KEYS } from './limits.ts'
import { readRootDocument, rootComment, type RootDocument, type RootWriter, type SignedDocument } from './root-document.ts'
import { checkRootKeys, readRootKeys, type RootKeys } from './root-keys.ts'
import { checkPublicKey, verifySignature } from './signature.ts'

export type { RootDocument, RootWriter }

/** A root chain as it is stored and sent. */
export interface RootChainFiles {
  /** The bytes of `root/keys`. */
  keys: Uint8Array
  documents: SignedDocument[]
}

/** A chain that holds. */
export interface RootChain {
  address: Address
  files: RootChainFiles
  documents: RootDocument[]
  newest: RootDocument
  /** BLAKE2b-256 of the newest document's bytes, in hex. */
  newestHash: string
}

/**
 * Reads and checks a chain from its first document to its last.
 *
 * @throws AppError BAD_ROOT when the root's own keys signed what breaks a rule; BAD_ID, BAD_FORMAT, TOO_LARGE,
 *   BAD_SIGNATURE when it may be anybody's doing
 */
export function readRootChain (address: Address, files: RootChainFiles): RootChain {
  if (addressOf(files.keys) !== address) throw new AppError('BAD_ID', 'The root keys are not those that the address was made from.')
  checkSizes(files)
  let keys = readRootKeys(files.keys)
  let previousHash: string | null = null
  const documents: RootDocument[] = []
  for (const [number, signed] of files.documents.entries()) {
    const document = readRootDocument(signed.bytes, number)
    // Signatures first: a rule that breaks after them was broken by the holders of the root keys, and by nobody else.
    for (const signers of number === 0 ? [keys] : [keys, document]) checkSigners(address, number, signed, signers)
    checkRules(document, number, previousHash, documents.at(-1)?.writers ?? [])
    if (number === 0 && !sameKeys(document, keys)) throw broken(0, 'has other keys or another threshold than root/keys')
    keys = document
    previousHash = blake2b256Hex(signed.bytes)
    documents.push(document)
  }
  return { address, files, documents, newest: documents.at(-1)!, newestHash: previousHash! }
}

/**
 * Whether a document may come next, whoever signs it.
 *
 * @throws AppError BAD_ROOT, BAD_FORMAT
 */
export function checkNextDocument (document: RootDocument, { documents, newest, newestHash }: RootChain): void {
  checkRules(document, documents.length, newestHash, newest.writers)
}

/**
 * What to hold after meeting another chain: a longer one is taken over. Of two different ones of equal length the one
 * seen first stays, and the other is the dispute. One that departs from what is known, and that the keys of now have no
 * part in, counts for nothing: whoever holds keys that were replaced could make it as long as they like.
 */
export function mergeRootChains (known: RootChain | null, offered: RootChain): { chain: RootChain, changed: boolean, dispute: RootChain | null } {
  if (known && !isOfTheSameKeys(known, offered)) return { chain: known, changed: false, dispute: null }
  if (!known || offered.documents.length > known.documents.length) return { chain: offered, changed: true, dispute: null }
  const rivals = offered.documents.length === known.documents.length && offered.newestHash !== known.newestHash
  return { chain: known, changed: false, dispute: rivals ? offered : null }
}

/** False when a chain departs from the known one, and no document from there on is signed by the keys that the known one has now. */
function isOfTheSameKeys ({ address, files, newest: { keys, threshold } }: RootChain, { files: { documents } }: RootChain): boolean {
  const departs = files.documents.findIndex(({ bytes }, i) => documents[i] && !sameBytes(bytes, documents[i].bytes))
  if (departs === -1) return true
  return documents.slice(departs).some((document, i) => signersAmong(keys, address, departs + i, document).length >= threshold)
}

/** The index length at which a writer is sealed, or null. In a dispute the seals of both chains count. */
export function effectiveSeal (writerId: string, chain: RootChain, dispute: RootChain | null): number | null {
  return sealIn(writerId, chain, dispute)?.length ?? null
}

/** Like {@link effectiveSeal}, the whole seal. */
export function sealIn (writerId: string, chain: RootChain, dispute: RootChain | null): NonNullable<RootWriter['sealed']> | null {
  const writer = chain.newest.writers.find(({ id }) => id === writerId)
  const rival = dispute?.newest.writers.find(({ drive }) => drive === writer?.drive)
  const seals = [writer, rival].flatMap(candidate => candidate?.sealed ? [candidate.sealed] : [])
  return seals.sort((a, b) => a.length - b.length)[0] ?? null
}

function checkSizes ({ keys, documents }: RootChainFiles): void {
  if (documents.length === 0) throw new AppError('BAD_FORMAT', 'The root chain has no document.')
  if (documents.length > ROOT_CHAIN_DOCUMENTS) throw new AppError('TOO_LARGE', `The root chain has more than ${ROOT_CHAIN_DOCUMENTS} documents.`)
  const bytes = documents.reduce((sum, document) => sum + document.bytes.length + document.signatures.join().length, keys.length)
  if (bytes > ROOT_CHAIN_BYTES) throw new AppError('TOO_LARGE', `The root chain is larger than ${ROOT_CHAIN_BYTES} bytes.`)
}

function checkRules (document: RootDocument, number: number, previousHash: string | null, before: RootWriter[]): void {
  checkPlace(document, number, previousHash)
  checkRootKeys(document)
  checkWriters(document, before)
}

function checkPlace (document: RootDocument, number: number, previousHash: string | null): void {
  if (document.number !== number) throw broken(number, `calls itself number ${document.number}`)
  if (document.previous !== previousHash) throw broken(number, 'does not name the hash of the document before it')
}

/** Every writer stays as it was, in its place; only name, expiry and seal may change, and a seal only downwards, in the history that it names. */
function checkWriters ({ number, writers }: RootDocument, before: RootWriter[]): void {
  for (const [i, old] of before.entries()) {
    const writer = writers[i]
    if (writer?.id !== old.id) throw broken(number, `removes or moves the writer ${old.id}`)
    if (writer.drive !== old.drive || writer.signingKey !== old.signingKey) throw broken(number, `gives the writer ${old.id} another drive or signing key`)
    if (old.sealed && !writer.sealed) throw broken(number, `unseals the writer ${old.id}`)
    if (old.sealed && writer.sealed!.length > old.sealed.length) throw broken(number, `moves the seal of the writer ${old.id} forward`)
    if (old.sealed?.length === writer.sealed?.length && old.sealed?.treeHash !== writer.sealed?.treeHash) {
      throw broken(number, `seals another history of the writer ${old.id} than before`)
    }
  }
  for (const member of ['id', 'drive', 'signingKey'] as const) {
    if (new Set(writers.map(writer => writer[member])).size < writers.length) throw broken(number, `has two writers with one ${member}`)
  }
  for (const { signingKey } of writers) checkPublicKey(signingKey)
}

function checkSigners (address: Address, number: number, signed: SignedDocument, { keys, threshold }: RootKeys): void {
  if (signed.signatures.length > 2 * ROOT_KEYS) throw new AppError('TOO_LARGE', `Document ${number} of the root has more signatures than there can be signers.`)
  const signers = signersAmong(keys, address, number, signed)
  if (signers.length < threshold) throw new AppError('BAD_SIGNATURE', `Document ${number} of the root is signed by ${signers.length} of the keys where ${threshold} have to sign.`)
}

function signersAmong (keys: string[], address: Address, number: number, { bytes, signatures }: SignedDocument): string[] {
  return keys.filter(key => signatures.some(signature => isSignedBy(address, number, bytes, signature, key)))
}

function isSignedBy (address: Address, number: number, bytes: Uint8Array, signature: string, key: string): boolean {
  try {
    return verifySignature(bytes, signature, key).trustedComment === rootComment(address, number)
  } catch (error) {
    if (isAppError(error)) return false // another signer's, or none at all: it counts for nothing
    throw error
  }
}

function sameBytes (a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function sameKeys (a: RootKeys, b: RootKeys): boolean {
  return a.threshold === b.threshold && a.keys.join() === b.keys.join()
}

function broken (number: number, rule: string): AppError {
  return new AppError('BAD_ROOT', `Document ${number} of the root ${rule}.`)
}
