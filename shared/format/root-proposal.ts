import Type from 'typebox'
import { AppError } from '../errors.ts'
import { type Address, addressOf } from './address.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { lines, Z32 } from './fields.ts'
import { PROPOSAL_BYTES, ROOT_BYTES, ROOT_KEYS } from './limits.ts'
import { type RootChain, type RootChainFiles, rootChainSteps } from './root-chain.ts'
import { readRootDocument, rootComment, type RootDocument } from './root-document.ts'
import { decodeRootChain, encodeRootChain } from './root-files.ts'
import type { RootKeys } from './root-keys.ts'
import { RootSigners } from './root-signers.ts'
import { keyIdText, sign, signatureKeyIdText, type SigningKey } from './signature.ts'
import { readJson, writeJson } from './signed-json.ts'
import type { Steps } from './steps.ts'

/** A root document on its way from signer to signer, with the chain that it continues, so that each can judge it alone. */
export interface RootProposal {
  base: RootChain
  /** The exact bytes that are signed. */
  bytes: Uint8Array
  document: RootDocument
  signatures: string[]
}

/** A proposal as it is passed on: nothing of it is checked but its shape. */
export interface WrittenProposal {
  newsletter: Address
  /** Of the chain that it says to continue. */
  files: RootChainFiles
  bytes: Uint8Array
  signatures: string[]
}

const Stored = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('root proposal'),
  newsletter: Z32,
  /** The chain before it in base64, as between nodes. */
  chain: Type.String(),
  /** Text of the document. */
  document: lines(ROOT_BYTES),
  signatures: Type.Array(lines(4096), { maxItems: 2 * ROOT_KEYS })
})

/** A document that continues a chain, signed by nobody yet. */
export function proposalOf (base: RootChain, change: Partial<RootDocument>): RootProposal {
  const { newest, newestHash } = base
  const document = { ...newest, number: newest.number + 1, previous: newestHash, at: new Date().toISOString(), ...change }
  return { base, bytes: writeJson(document), document, signatures: [] }
}

export function writeProposal ({ base, bytes, signatures }: RootProposal): string {
  return new TextDecoder().decode(writeJson({
    colporteur: 1,
    kind: 'root proposal',
    newsletter: base.address,
    chain: toBase64(encodeRootChain(base.files)),
    document: new TextDecoder().decode(bytes),
    signatures
  }))
}

/** @throws AppError BAD_FORMAT, TOO_LARGE */
export function parseProposal (text: string): WrittenProposal {
  const { newsletter, chain, document, signatures } = readJson(new TextEncoder().encode(text), Stored, 'The proposal', PROPOSAL_BYTES)
  return { newsletter, files: decodeRootChain(fromBase64(chain) ?? new Uint8Array(0)), bytes: new TextEncoder().encode(document), signatures }
}

/**
 * A proposal that somebody passed on. The chain in it holds; nothing is said of the document but its shape. A document of the chain at a time.
 *
 * @param known chains of the newsletter that hold, and are not checked again
 * @throws AppError BAD_FORMAT, TOO_LARGE, and what a chain that does not hold throws
 */
export function * readProposal ({ newsletter, files, bytes, signatures }: WrittenProposal, known: readonly RootChain[] = []): Steps<RootProposal> {
  if (addressOf(files.keys) !== newsletter) throw new AppError('BAD_ID', 'The root keys in the proposal are not those that its address was made from.')
  const base = yield * rootChainSteps(newsletter, files, known)
  return { base, bytes, document: readRootDocument(bytes, base.documents.length), signatures }
}

/** The groups of keys of which enough have to sign: those of before, and where they change the new ones as well. */
export function signersOf ({ base, document }: RootProposal): RootKeys[] {
  const same = base.newest.threshold === document.threshold && base.newest.keys.join() === document.keys.join()
  return same ? [base.newest] : [base.newest, document]
}

export function signProposal (proposal: RootProposal, key: SigningKey): RootProposal {
  if (isSignedBy(proposal, key.publicKey)) return proposal
  const { base: { address }, bytes, document, signatures } = proposal
  // Of two with one key id the first would count.
  const others = signatures.filter(signature => !isOfKey(signature, key.publicKey))
  return { ...proposal, signatures: [...others, sign(bytes, key, rootComment(address, document.number))] }
}

function isOfKey (signature: string, publicKey: string): boolean {
  try {
    return signatureKeyIdText(signature) === keyIdText(publicKey)
  } catch {
    return false // no signature at all
  }
}

export function isSignedBy ({ base: { address }, bytes, document, signatures }: RootProposal, publicKey: string): boolean {
  return new RootSigners(address, document.number, { bytes, signatures }).has(publicKey)
}

/**
 * The chain with the proposal as its newest document.
 *
 * @throws AppError BAD_SIGNATURE while too few have signed, BAD_ROOT when the document breaks a rule
 */
export function chainWith ({ base, bytes, signatures }: RootProposal): Steps<RootChain> {
  return rootChainSteps(base.address, { ...base.files, documents: [...base.files.documents, { bytes, signatures }] }, [base])
}
