import { AppError } from '../errors.ts'
import { type Address, addressOf } from './address.ts'
import { blake2b256Hex } from './hash.ts'
import { ROOT_CHAIN_BYTES, ROOT_CHAIN_DOCUMENTS, ROOT_KEYS } from './limits.ts'
import { readRootDocument, type RootDocument, type RootWriter, type SignedDocument } from './root-document.ts'
import { checkRootKeys, readRootKeys, type RootKeys } from './root-keys.ts'
import { RootSigners } from './root-signers.ts'
import { checkPublicKey } from './signature.ts'
import { atOnce, type Steps } from './steps.ts'

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
  return atOnce(rootChainSteps(address, files))
}

/**
 * Like {@link readRootChain}, a document at a time: a chain can take seconds.
 *
 * @param known chains that hold, of the same newsletter. What the chain begins with as one of them does is not checked again
 */
export function * rootChainSteps (address: Address, files: RootChainFiles, known: readonly RootChain[] = []): Steps<RootChain> {
  if (addressOf(files.keys) !== address) throw new AppError('BAD_ID', 'The root keys are not those that the address was made from.')
  checkSizes(files)
  const documents = known.map(chain => chain.documents.slice(0, alike(chain.files, files))).sort((a, b) => b.length - a.length)[0] ?? []
  const first = readRootKeys(files.keys)
  let keys: RootKeys = documents.at(-1) ?? first
  let previousHash = documents.length > 0 ? blake2b256Hex(files.documents[documents.length - 1]!.bytes) : null
  for (const [number, signed] of [...files.documents.entries()].slice(documents.length)) {
    const document = readRootDocument(signed.bytes, number)
    // Signatures first: a rule that breaks after them was broken by the holders of the root keys, and by nobody else.
    checkSigners(address, number, signed, number === 0 ? [keys] : [keys, document])
    checkRules(document, number, previousHash, documents.at(-1)?.writers ?? [])
    if (number === 0 && !sameKeys(document, first)) throw broken(0, 'has other keys or another threshold than root/keys')
    keys = document
    previousHash = blake2b256Hex(signed.bytes)
    documents.push(document)
    yield
  }
  return { address, files, documents, newest: documents.at(-1)!, newestHash: previousHash! }
}

/** With how many documents, to the last signature the same, both chains begin. */
function alike (one: RootChainFiles, other: RootChainFiles): number {
  const differs = other.documents.findIndex(({ bytes, signatures }, i) => {
    const known = one.documents[i]
    return !known || !sameBytes(known.bytes, bytes) || known.signatures.join() !== signatures.join()
  })
  return differs === -1 ? other.documents.length : differs
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
 * part in, counts for nothing: whoever holds keys that were replaced could make it as long as they like. A document at a time.
 */
export function * mergeRootChains (known: RootChain | null, offered: RootChain): Steps<{ chain: RootChain, changed: boolean, dispute: RootChain | null }> {
  if (known && !(yield * isOfTheSameKeys(known, offered))) return { chain: known, changed: false, dispute: null }
  if (!known || offered.documents.length > known.documents.length) return { chain: offered, changed: true, dispute: null }
  const rivals = offered.documents.length === known.documents.length && offered.newestHash !== known.newestHash
  return { chain: known, changed: false, dispute: rivals ? offered : null }
}

/** False when a chain departs from the known one, and no document from there on is signed by the keys that the known one has now. */
function * isOfTheSameKeys (known: RootChain, offered: RootChain): Steps<boolean> {
  const { address, newest: { keys, threshold } } = known
  const departs = departureOf(known, offered)
  if (departs === null) return true
  for (const [i, document] of offered.files.documents.slice(departs).entries()) {
    if (new RootSigners(address, departs + i, document).count(keys, threshold) >= threshold) return true
    yield
  }
  return false
}

/** Number of the first document that both have and that is another one; null: one of the chains continues the other. */
export function departureOf (known: RootChain, offered: RootChain): number | null {
  const departs = offered.files.documents.findIndex(({ bytes }, i) => {
    const document = known.files.documents[i]
    return document && !sameBytes(bytes, document.bytes)
  })
  return departs === -1 ? null : departs
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

function checkSigners (address: Address, number: number, signed: SignedDocument, groups: RootKeys[]): void {
  if (signed.signatures.length > 2 * ROOT_KEYS) throw new AppError('TOO_LARGE', `Document ${number} of the root has more signatures than there can be signers.`)
  const signers = new RootSigners(address, number, signed)
  for (const { keys, threshold } of groups) {
    const count = signers.count(keys, threshold)
    if (count < threshold) throw new AppError('BAD_SIGNATURE', `Document ${number} of the root is signed by ${count} of the keys where ${threshold} have to sign.`)
  }
}

function sameBytes (a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function sameKeys (a: RootKeys, b: RootKeys): boolean {
  return a.threshold === b.threshold && a.keys.join() === b.keys.join()
}

function broken (number: number, rule: string): AppError {
  return new AppError('BAD_ROOT', `Document ${number} of the root ${rule}.`)
}
