import Type, { type Static } from 'typebox'
import type { Address } from './address.ts'
import { Count, Hash, line, Time, WriterId, Z32 } from './fields.ts'
import { DRIVE_BLOCKS, ROOT_BYTES, ROOT_CHAIN_DOCUMENTS, ROOT_KEYS, ROOT_WRITERS } from './limits.ts'
import { sign, type SigningKey } from './signature.ts'
import { readJson, writeJson } from './signed-json.ts'

/** One device or person allowed to publish; owns one drive. */
export type RootWriter = Static<typeof RootWriter>
const RootWriter = Type.Object({
  id: WriterId,
  name: line(200),
  drive: Z32,
  /** minisign public key. */
  signingKey: line(200),
  expires: Type.Optional(Time),
  /** Nothing at or after index block `length` exists for a reader. */
  sealed: Type.Optional(Type.Object({
    length: Count(DRIVE_BLOCKS),
    /** Tree hash of the index core at `length`. */
    treeHash: Hash,
    at: Time,
    reason: line(500)
  }))
})

/** `root/<n>.json`: who speaks for a newsletter. */
export type RootDocument = Static<typeof RootDocument>
const RootDocument = Type.Object({
  colporteur: Type.Literal(1),
  kind: Type.Literal('root'),
  number: Count(ROOT_CHAIN_DOCUMENTS - 1),
  /** BLAKE2b-256 of the document before; null for document 0. */
  previous: Type.Union([Hash, Type.Null()]),
  at: Time,
  keys: Type.Array(line(200), { minItems: 1, maxItems: ROOT_KEYS }),
  threshold: Count(ROOT_KEYS, 1),
  writers: Type.Array(RootWriter, { maxItems: ROOT_WRITERS }),
  state: Type.Union([Type.Literal('active'), Type.Literal('resting'), Type.Literal('ended')]),
  /** Address of the newsletter that continues this one. */
  successor: Type.Union([Z32, Type.Null()])
})

/** A document as it is stored and sent: its exact bytes, and one `.minisig` text for each signer. */
export interface SignedDocument { bytes: Uint8Array, signatures: string[] }

export function signRootDocument (document: RootDocument, address: Address, keys: SigningKey[]): SignedDocument {
  const bytes = writeJson(document)
  const comment = rootComment(address, document.number)
  return { bytes, signatures: keys.map(key => sign(bytes, key, comment)) }
}

/** The trusted comment of a root document's signatures. */
export function rootComment (address: Address, number: number): string {
  return `colporteur root ${address} document ${number}`
}

/** @throws AppError TOO_LARGE, BAD_FORMAT */
export function readRootDocument (bytes: Uint8Array, number: number): RootDocument {
  return readJson(bytes, RootDocument, `root/${number}.json`, ROOT_BYTES)
}
