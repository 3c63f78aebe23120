import { type Address, addressBytes, addressFrom } from './address.ts'
import { read, type Reader, write, type Writer } from './binary.ts'
import { BLOCK_BYTES, DRIVE_BLOCKS, ROOT_CHAIN_BYTES } from './limits.ts'
import type { RootChainFiles } from './root-chain.ts'
import { readRootChainFiles, writeRootChain } from './root-files.ts'

/** The records of a bundle: issues of newsletters, with all that proves them, in one file. */

export const BUNDLE_MAGIC = new TextEncoder().encode('colporteur bundle 1\n')
/** Type and length, before the payload of each record. */
export const RECORD_HEAD_BYTES = 5
/** An index block holds a signed document of 16 KiB as JSON in JSON. */
export const INDEX_BLOCK_BYTES = 256 * 1024

/** More in one file is refused: whoever opens it follows all of them, and keeps their root chains in memory while it is checked. */
export const BUNDLE_NEWSLETTERS = 1_000
export const BUNDLE_CHAINS_BYTES = 64 * 1024 * 1024

const HASH_BYTES = 32
const SIGNATURE_BYTES = 256
/** A tree of 2^24 blocks has no longer path, and no more roots. */
const PATH_NODES = 24
const BRIDGE_NODES = 1_024

/** A node of a core's Merkle tree: bytes below it, and its hash. Where it stands follows from its place in the record. */
export interface PathNode { size: number, hash: Uint8Array }

/** A node with its number in flat-tree order. */
export interface BridgeNode extends PathNode { index: number }

export type CoreKind = 'blobs' | 'index'

export interface BundleCore {
  kind: CoreKind
  /** Key of the drive: of its index core. */
  drive: Uint8Array
  /** Ed25519 key of the drive's one signer. */
  signer: Uint8Array
  length: number
  /** Hypercore's signature of the tree at this length. */
  signature: Uint8Array
  roots: PathNode[]
}

export interface BundleBlock {
  number: number
  bytes: Uint8Array
  /** From the block's own sibling upwards, as far as a node that is known already. */
  siblings: PathNode[]
}

export type BundleRecord =
  /** BLAKE2b-256 of all bytes before this record. */
  | { type: 'end', hash: Uint8Array }
  | { type: 'newsletter', address: Address, chain: RootChainFiles }
  | { type: 'core', core: BundleCore }
  | { type: 'bridge', nodes: BridgeNode[] }
  | { type: 'block', block: BundleBlock }

const TYPES = ['end', 'newsletter', 'core', 'bridge', 'block'] as const

/** The longest payload of each type; a record that announces more is refused before it is read. */
const MOST_BYTES: Record<BundleRecord['type'], number> = {
  end: HASH_BYTES,
  newsletter: ROOT_CHAIN_BYTES + 1024 * 1024,
  core: 8 * 1024,
  bridge: BRIDGE_NODES * (HASH_BYTES + 18) + 9,
  block: INDEX_BLOCK_BYTES + PATH_NODES * (HASH_BYTES + 9) + 32
}

export function encodeRecord (record: BundleRecord): Uint8Array {
  const payload = write(to => writePayload(to, record))
  const bytes = new Uint8Array(RECORD_HEAD_BYTES + payload.length)
  bytes[0] = TYPES.indexOf(record.type)
  new DataView(bytes.buffer).setUint32(1, payload.length, true)
  bytes.set(payload, RECORD_HEAD_BYTES)
  return bytes
}

/** What the head of a record announces; null for what no record begins with. */
export function decodeRecordHead (head: Uint8Array): { type: BundleRecord['type'], bytes: number } | null {
  const type = TYPES[head[0]!]
  const bytes = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(1, true)
  return type !== undefined && bytes <= MOST_BYTES[type] ? { type, bytes } : null
}

/** @throws AppError BAD_FORMAT */
export function decodeRecord (type: BundleRecord['type'], payload: Uint8Array): BundleRecord {
  return read(payload, `The bundle's ${type} record`, from => readPayload(from, type))
}

function writePayload (to: Writer, record: BundleRecord): void {
  switch (record.type) {
    case 'end': return to.fixed(record.hash)
    case 'newsletter':
      to.fixed(addressBytes(record.address))
      return writeRootChain(to, record.chain)
    case 'core': return writeCore(to, record.core)
    case 'bridge': return writeNodes(to, record.nodes, ({ index }) => to.uint(index))
    case 'block':
      to.uint(record.block.number)
      to.bytes(record.block.bytes)
      return writeNodes(to, record.block.siblings)
  }
}

function readPayload (from: Reader, type: BundleRecord['type']): BundleRecord {
  switch (type) {
    case 'end': return { type, hash: from.fixed(HASH_BYTES) }
    case 'newsletter': return { type, address: addressFrom(from.fixed(HASH_BYTES)), chain: readRootChainFiles(from) }
    case 'core': return { type, core: readCore(from) }
    case 'bridge': return { type, nodes: from.list(BRIDGE_NODES, () => ({ index: from.uint(2 * DRIVE_BLOCKS), ...readNode(from) })) }
    case 'block': return { type, block: readBlock(from) }
  }
}

function writeCore (to: Writer, { kind, drive, signer, length, signature, roots }: BundleCore): void {
  to.uint(kind === 'blobs' ? 0 : 1)
  to.fixed(drive)
  to.fixed(signer)
  to.uint(length)
  to.bytes(signature)
  writeNodes(to, roots)
}

function readCore (from: Reader): BundleCore {
  return {
    kind: from.uint(1) === 0 ? 'blobs' : 'index',
    drive: from.fixed(HASH_BYTES),
    signer: from.fixed(HASH_BYTES),
    length: from.uint(DRIVE_BLOCKS),
    signature: from.bytes(SIGNATURE_BYTES),
    roots: from.list(PATH_NODES + 1, () => readNode(from))
  }
}

function readBlock (from: Reader): BundleBlock {
  return { number: from.uint(DRIVE_BLOCKS - 1), bytes: from.bytes(INDEX_BLOCK_BYTES), siblings: from.list(PATH_NODES, () => readNode(from)) }
}

function writeNodes<N extends PathNode> (to: Writer, nodes: N[], before: (node: N) => void = () => {}): void {
  to.uint(nodes.length)
  for (const node of nodes) {
    before(node)
    to.uint(node.size)
    to.fixed(node.hash)
  }
}

function readNode (from: Reader): PathNode {
  return { size: from.uint(DRIVE_BLOCKS * BLOCK_BYTES), hash: from.fixed(HASH_BYTES) }
}
