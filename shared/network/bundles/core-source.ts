import type Hypercore from 'hypercore'
import type { TreeNode } from 'hypercore'
import { AppError } from '../../errors.ts'
import { type BlockRanges, common, countBlocks } from '../../format/block-ranges.ts'
import type { BridgeNode, BundleCore, BundleRecord, CoreKind } from '../../format/bundle.ts'
import { rangesIn } from '../held-ranges.ts'
import { bridgeNumbers, isAbove, MerklePath } from './merkle-path.ts'
import flat from 'flat-tree'

const NODES_IN_RECORD = 1_000

/** A core as it was at one moment, to be written into a bundle, with the proofs of its blocks. Nothing here asks a peer. */
export class CoreSource {
  readonly #core: Hypercore
  readonly #head: BundleCore
  readonly #roots: TreeNode[]

  constructor (core: Hypercore, kind: CoreKind, drive: Uint8Array) {
    const [signer] = core.manifest?.signers ?? []
    const { roots, signature } = core.state
    if (!signer || !signature || core.fork !== 0) throw new AppError('NOT_COMPLETE', 'A writer\'s drive is not here yet.')
    this.#core = core
    this.#roots = [...roots]
    this.#head = { kind, drive, signer: signer.publicKey, length: core.length, signature, roots: this.#roots }
  }

  get length (): number { return this.#head.length }

  /** The blocks that are here. */
  get held (): BlockRanges { return common(rangesIn(this.#core), [[0, this.length]]) }

  /**
   * The records of the core: its head, what leads from shorter lengths to this one, and the blocks with their proofs.
   *
   * @param blocks that are here
   * @param lengths at which a receiver's copy may have stopped
   * @throws AppError NOT_COMPLETE when a block has gone meanwhile; BAD_HASH when one has been damaged
   */
  async * records (blocks: BlockRanges, lengths: number[]): AsyncGenerator<BundleRecord> {
    yield { type: 'core', core: this.#head }
    for (const nodes of inRuns(await this.#bridge(blocks, lengths))) yield { type: 'bridge', nodes }
    const path = new MerklePath(this.#roots)
    for (const [start, end] of blocks) {
      for (let number = start; number < end; number++) {
        const [bytes, siblings] = await Promise.all([this.#core.get(number, { wait: false }), this.#nodes(path.missingFor(number))])
        if (!bytes || siblings.includes(null)) throw new AppError('NOT_COMPLETE', 'A block has gone while the bundle was being made. Make it again.')
        path.take(number, bytes, siblings as TreeNode[])
        yield { type: 'block', block: { number, bytes, siblings: siblings as TreeNode[] } }
      }
    }
  }

  /** Nodes that no block of the bundle leads past. */
  async #bridge (blocks: BlockRanges, lengths: number[]): Promise<BridgeNode[]> {
    if (countBlocks(blocks) === this.length) return []
    const numbers = new Set(lengths.filter(length => length > 0 && length < this.length).flatMap(length => bridgeNumbers(length, this.length)))
    const roots = new Set(this.#roots.map(({ index }) => index))
    const unseen = [...numbers].filter(number => !roots.has(number) && !blocks.some(([start, end]) => isAbove(flat.parent(number), start, end)))
    return (await this.#nodes(unseen)).filter(node => node !== null)
  }

  async #nodes (numbers: number[]): Promise<(TreeNode | null)[]> {
    if (numbers.length === 0) return []
    const storage = this.#core.state.storage.read()
    const reading = numbers.map(number => storage.getTreeNode(number))
    storage.tryFlush()
    return await Promise.all(reading)
  }
}

function * inRuns (nodes: BridgeNode[]): Generator<BridgeNode[]> {
  for (let i = 0; i < nodes.length; i += NODES_IN_RECORD) yield nodes.slice(i, i + NODES_IN_RECORD)
}
