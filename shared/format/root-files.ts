import { AppError } from '../errors.ts'
import { read, type Reader, write, type Writer } from './binary.ts'
import { ROOT_BYTES, ROOT_CHAIN_BYTES, ROOT_CHAIN_DOCUMENTS, ROOT_KEYS } from './limits.ts'
import type { RootChainFiles } from './root-chain.ts'
import { signatureKeyIdText } from './signature.ts'

const VERSION = 1
const SIGNATURE_BYTES = 4096

/** A chain in one run of bytes, for the channel between nodes and for a file on the disk. */
export function encodeRootChain (files: RootChainFiles): Uint8Array {
  return write(to => writeRootChain(to, files))
}

/** @throws AppError BAD_FORMAT. What it gives back is not checked any further. */
export function decodeRootChain (bytes: Uint8Array): RootChainFiles {
  return read(bytes, 'The root chain', readRootChainFiles)
}

export function writeRootChain (to: Writer, { keys, documents }: RootChainFiles): void {
  to.uint(VERSION)
  to.bytes(keys)
  to.uint(documents.length)
  for (const { bytes, signatures } of documents) {
    to.bytes(bytes)
    to.uint(signatures.length)
    for (const signature of signatures) to.text(signature)
  }
}

export function readRootChainFiles (from: Reader): RootChainFiles {
  if (from.uint(VERSION) !== VERSION) throw new AppError('BAD_FORMAT', 'The root chain is of a version that is not known here.')
  return {
    keys: from.bytes(ROOT_CHAIN_BYTES),
    documents: from.list(ROOT_CHAIN_DOCUMENTS, () => ({
      bytes: from.bytes(ROOT_BYTES),
      signatures: from.list(2 * ROOT_KEYS, () => from.text(SIGNATURE_BYTES))
    }))
  }
}

/** The files of a chain by their paths, as they stand in a drive and in an exported issue. */
export function rootFolder ({ keys, documents }: RootChainFiles): { path: string, bytes: Uint8Array }[] {
  const encoder = new TextEncoder()
  return [
    { path: 'root/keys', bytes: keys },
    ...documents.flatMap(({ bytes, signatures }, number) => [
      { path: `root/${number}.json`, bytes },
      ...signatures.map(signature => ({ path: `root/${number}.json.${signatureKeyIdText(signature)}.minisig`, bytes: encoder.encode(signature) }))
    ])
  ]
}
