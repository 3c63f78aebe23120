import flat from 'flat-tree'
import type Hypercore from 'hypercore'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError } from '../../errors.ts'
import { type Address, addressBytes } from '../../format/address.ts'
import { HISTORY_BLOCKS, HISTORY_BYTES, type SignedHistory } from '../../format/history.ts'
import type { CoreState } from '../../format/receipt.ts'
import { atOnce, type Steps } from '../../format/steps.ts'
import { identityOf, isSigned } from '../bundles/core-identity.ts'
import { stateAt } from './core-history.ts'

/** Blocks that are hashed in one go. */
const STEP_BLOCKS = 256

/** The history of an index core that is here; null while it is not whole, or when it is too large to be passed on. */
export async function historyOf (address: Address, core: Hypercore): Promise<SignedHistory | null> {
  const { fork, signature } = core.state
  const [signer] = core.manifest?.signers ?? []
  const { length } = core
  if (!signer || !signature || length === 0 || core.contiguousLength < length || length > HISTORY_BLOCKS || core.byteLength > HISTORY_BYTES) return null
  const blocks: Uint8Array[] = []
  for (let number = 0; number < length; number++) {
    const block = await core.get(number, { wait: false })
    if (!block) return null
    blocks.push(block)
  }
  // It has grown meanwhile: the signature is another one's.
  if (core.length !== length) return null
  return { newsletter: addressBytes(address), drive: core.key, signer: signer.publicKey, fork, signature, blocks }
}

/**
 * How far a history goes, when the drive's writer has signed it.
 *
 * @throws AppError BAD_ID, BAD_FORMAT, BAD_SIGNATURE
 */
export function checkHistory (history: SignedHistory): CoreState { return atOnce(checkHistorySteps(history)) }

/** Like {@link checkHistory}. */
export function * checkHistorySteps (history: SignedHistory): Steps<CoreState> {
  const { drive, signer, fork, signature, blocks } = history
  if (blocks.length === 0 || blocks.reduce((sum, { length }) => sum + length, 0) > HISTORY_BYTES) throw new AppError('BAD_FORMAT', 'A history of a drive is empty, or larger than it may be.')
  const { key } = identityOf({ drive, signer, kind: 'index' })
  const roots = yield * rootsSteps(blocks, () => {})
  if (!isSigned({ key, roots, length: blocks.length, fork, signature, signer })) throw new AppError('BAD_SIGNATURE', 'The writer of the drive did not sign this history.')
  return { fork, length: blocks.length, treeHash: crypto.tree(roots).toString('hex') }
}

/** Hypercore's tree hash of a history at a length that it reaches, in hex. */
export function treeHashAt ({ blocks }: SignedHistory, length: number): string {
  return crypto.tree(rootsOf(blocks.slice(0, length))).toString('hex')
}

/** True when a history does not go together with what a core has: whichever is shorter is not the beginning of the other. */
export async function isAnother (history: SignedHistory, core: Hypercore): Promise<boolean> {
  if (history.fork !== core.fork) return true
  const length = Math.min(history.blocks.length, core.length)
  const here = await stateAt(core, length)
  return here !== null && here.treeHash !== treeHashAt(history, length)
}

/** Blocks from the beginning that two histories have in common. */
export function sharedBlocks (a: SignedHistory, b: SignedHistory): number {
  const departs = a.blocks.findIndex((block, i) => !b.blocks[i] || Buffer.compare(block, b.blocks[i]) !== 0)
  return departs === -1 ? a.blocks.length : departs
}

export function rootsOf (blocks: Uint8Array[], onNode: (node: TreeNode) => void = () => {}): TreeNode[] { return atOnce(rootsSteps(blocks, onNode)) }

function * rootsSteps (blocks: Uint8Array[], onNode: (node: TreeNode) => void): Steps<TreeNode[]> {
  const roots: TreeNode[] = []
  const add = (node: TreeNode): void => {
    roots.push(node)
    onNode(node)
  }
  for (const [number, block] of blocks.entries()) {
    if (number % STEP_BLOCKS === STEP_BLOCKS - 1) yield
    add({ index: 2 * number, size: block.length, hash: crypto.data(Buffer.from(block)) })
    while (roots.length > 1 && flat.parent(roots.at(-1)!.index) === flat.parent(roots.at(-2)!.index)) {
      const [left, right] = roots.splice(-2) as [TreeNode, TreeNode]
      add({ index: flat.parent(left.index), size: left.size + right.size, hash: crypto.parent(left, right) })
    }
  }
  return roots
}

/** Every node of a history's tree, by its number. */
export function treeOf (blocks: Uint8Array[]): Map<number, TreeNode> {
  const tree = new Map<number, TreeNode>()
  rootsOf(blocks, node => tree.set(node.index, node))
  return tree
}
