import Hypercore, { type Manifest, type TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import Hyperdrive from 'hyperdrive'
import { AppError } from '../../errors.ts'
import type { BundleCore, CoreKind } from '../../format/bundle.ts'
import { nodeAt, rootNumbers } from './merkle-path.ts'

/** Hypercore signs a tree in this name space. */
const [TREE] = crypto.namespace('hypercore', 6)

export interface CoreIdentity { key: Buffer, manifest: Manifest }

/**
 * The key and manifest of one of a drive's cores.
 *
 * @throws AppError BAD_ID when the drive does not have this signer
 */
export function identityOf ({ drive, signer, kind }: { drive: Uint8Array, signer: Uint8Array, kind: CoreKind }): CoreIdentity {
  const index = Hypercore.parseManifest({ version: 1, signers: [{ publicKey: Buffer.from(signer) }] })
  const key = Hypercore.key(index)
  if (!key.equals(drive)) throw new AppError('BAD_ID', 'A drive does not have the signer that the bundle names.')
  if (kind === 'index') return { key, manifest: index }
  const blobs = Hypercore.parseManifest(Hyperdrive.getContentManifest(index, key)!)
  return { key: Hypercore.key(blobs), manifest: blobs }
}

/**
 * The roots of a core's tree, after its writer's signature was checked.
 *
 * @throws AppError BAD_FORMAT, BAD_SIGNATURE
 */
export function signedRoots ({ length, roots, signature, signer }: BundleCore, key: Buffer): TreeNode[] {
  const numbers = rootNumbers(length)
  if (length === 0 || roots.length !== numbers.length) throw new AppError('BAD_FORMAT', 'A core of the bundle does not have the roots of its length.')
  const nodes = roots.map((root, i) => nodeAt(numbers[i]!, root))
  if (!isSigned({ key, roots: nodes, length, fork: 0, signature, signer })) throw new AppError('BAD_SIGNATURE', 'The writer did not sign a core as the bundle has it.')
  return nodes
}

/** A tree that somebody says a core's writer has signed. */
export interface SignedTree { key: Uint8Array, roots: TreeNode[], length: number, fork: number, signature: Uint8Array, signer: Uint8Array }

export function isSigned ({ key, roots, length, fork, signature, signer }: SignedTree): boolean {
  const signable = Buffer.alloc(112)
  signable.set(TREE!, 0)
  signable.set(key, 32)
  signable.set(crypto.tree(roots), 64)
  signable.writeBigUInt64LE(BigInt(length), 96)
  signable.writeBigUInt64LE(BigInt(fork), 104)
  // One signature, by the first signer, and no patch behind it.
  const isPlain = signature.length >= 66 && signature[0] === 1 && signature[1] === 0
  return isPlain && crypto.verify(signable, signature.subarray(2, 66), signer)
}
