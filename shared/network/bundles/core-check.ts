import type { TreeNode } from 'hypercore'
import { AppError } from '../../errors.ts'
import { type BridgeNode, type BundleBlock, type BundleCore, INDEX_BLOCK_BYTES } from '../../format/bundle.ts'
import { BLOCK_BYTES } from '../../format/limits.ts'
import type { CoreExtent } from './core-sink.ts'
import { identityOf, signedRoots } from './core-identity.ts'
import { bridgeNumbers, MerklePath, nodeAt } from './merkle-path.ts'
import { isOfOneHistory, otherHistory } from './other-history.ts'
import { provenRoots } from './proven-roots.ts'

/** Checks one core of a bundle, record by record, and finds what leads from the receiver's copy to it. Writes nothing. */
export class CoreCheck {
  readonly core: BundleCore
  /** The receiver's length. */
  readonly from: number
  /** Of the index nothing may be missing: up to here it will be whole. */
  #whole: number
  #known: TreeNode[]
  #roots: TreeNode[]
  #path: MerklePath
  /** Number -> node, null while it has not been seen. */
  #needed: Map<number, TreeNode | null>
  #mostBytes: number
  /** A block of the bundle leads to the last root, and so proves its size. */
  isEndProved = false

  /** @throws AppError BAD_ID, BAD_FORMAT, BAD_SIGNATURE */
  constructor (core: BundleCore, { length: from, whole, known }: CoreExtent) {
    this.core = core
    this.from = from
    this.#whole = whole
    this.#known = known
    const roots = signedRoots(core, identityOf(core).key)
    this.#needed = new Map(from < core.length ? bridgeNumbers(from, core.length).map(number => [number, null]) : [])
    const end = roots.at(-1)!.index
    this.#path = new MerklePath(roots, node => {
      this.#see(node)
      this.isEndProved ||= node.index === end
    })
    this.#roots = roots
    this.#mostBytes = core.kind === 'index' ? INDEX_BLOCK_BYTES : BLOCK_BYTES
    for (const root of roots) this.#see(root)
  }

  /** They are believed when hypercore has led from one length to the other by them. */
  bridge (nodes: BridgeNode[]): void {
    for (const node of nodes) this.#see(nodeAt(node.index, node))
  }

  /** @throws AppError BAD_FORMAT, BAD_HASH */
  block ({ number, bytes, siblings }: BundleBlock): void {
    if (number >= this.core.length) throw new AppError('BAD_FORMAT', `Block ${number} lies behind the end of its core.`)
    if (bytes.length > this.#mostBytes) throw new AppError('TOO_LARGE', `Block ${number} is larger than the format allows.`)
    this.#path.take(number, bytes, siblings)
    if (number === this.#whole) this.#whole++
  }

  /**
   * What leads from the receiver's copy to this one; null when that is as long already.
   *
   * @throws AppError BUNDLE_GAP, BAD_HASH when the copy here is of another history
   */
  upgrade (): TreeNode[] | null {
    if (this.core.kind === 'index' && this.#whole < this.core.length) throw gap()
    const nodes = [...this.#needed.values()]
    if (nodes.includes(null)) throw gap()
    const beside = nodes as TreeNode[]
    if (this.from < this.core.length) {
      if (!isOfOneHistory(this.#roots, this.#known, beside)) throw otherHistory()
      return beside
    }
    provenRoots(this.#roots, this.#known, [], this.from) // throws where it is of another one
    return null
  }

  #see (node: TreeNode): void {
    if (this.#needed.get(node.index) === null) this.#needed.set(node.index, node)
  }
}

function gap (): AppError {
  return new AppError('BUNDLE_GAP', 'The bundle does not follow on what this node has: something in between is in neither. Give its maker the file that "colporteur want" writes, and ask for a bundle made for it.')
}
