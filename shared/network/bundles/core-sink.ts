import type Corestore from 'corestore'
import Hypercore, { type Proof, type TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError, messageOf } from '../../errors.ts'
import type { BridgeNode, BundleBlock, BundleCore } from '../../format/bundle.ts'
import { Resource } from '../../resource.ts'
import { type CoreIdentity, identityOf, signedRoots } from './core-identity.ts'
import { isAbove, nodeAt, siblingsOf } from './merkle-path.ts'
import { numbersAbove, provenRoots } from './proven-roots.ts'
import { MOST_TOLD_NODES, rememberTold, toldNodes } from './told-nodes.ts'

/**
 * Blocks of a core that are known here, those from its beginning of which none is missing, and what the copy here has of the
 * tree: where it is shorter than the bundle's its own roots, else what tells whether the bundle's is its beginning.
 */
export interface CoreExtent { length: number, whole: number, known: TreeNode[] }

/** Puts blocks of a bundle into a core of the store. Hypercore checks each as if it had come from a peer. */
export class CoreSink extends Resource {
  #store: Corestore
  #core: Hypercore
  #head: BundleCore
  #identity: CoreIdentity
  /** Roots of the bundle of which is not seen that they are of the history here. Nothing below them is known here then. */
  #unproven: TreeNode[] = []
  #told: TreeNode[] = []
  /** Bytes of blocks that were not here before. */
  newBytes = 0
  /** Bytes of blocks that are not here, and were left out: nothing here proves them. */
  leftOutBytes = 0

  /** @throws AppError BAD_ID */
  constructor (store: Corestore, head: BundleCore) {
    super()
    this.#identity = identityOf(head)
    this.#head = head
    this.#store = store.session()
    this.#core = this.#store.get({ key: this.#identity.key, allowFork: false, active: false })
  }

  /** How much of a core the store has. */
  static async extentIn (store: Corestore, head: BundleCore): Promise<CoreExtent> {
    const { key } = identityOf(head)
    if (!await store.storage.hasCore(Hypercore.discoveryKey(key))) return { length: 0, whole: 0, known: [] }
    const session = store.session()
    try {
      const core = session.get({ key, allowFork: false, active: false })
      await core.ready()
      const known = core.length < head.length ? [...core.state.roots] : await knownAbove(core, head.length)
      return { length: core.length, whole: core.contiguousLength, known }
    } finally {
      await session.close()
    }
  }

  protected override async _open (): Promise<void> {
    await this.#core.ready()
  }

  protected override async _close (): Promise<void> {
    // Without them an older bundle brings less.
    if (this.#core.opened) await rememberTold(this.#core, this.#told).catch(() => {})
    // A follower that has waited for these blocks gets them now.
    if (this.#core.opened) this.#core.core.replicator.onupgrade()
    await this.#store.close()
  }

  get length (): number { return this.#core.length }

  /**
   * Makes the core as long as the bundle has it, where it is shorter.
   *
   * @param nodes what leads from one length to the other
   * @param isEndProved see {@link CoreCheck.isEndProved}
   * @throws AppError BUNDLE_GAP, BAD_HASH when the core here is of another history
   */
  async grow (nodes: TreeNode[] | null, isEndProved: boolean): Promise<void> {
    const { length, signature } = this.#head
    if (nodes === null) return await this.#keepRoots(isEndProved)
    const start = this.#core.length
    const upgrade = { start, length: length - start, nodes, additionalNodes: [], signature: Buffer.from(signature) }
    await this.#apply({ upgrade, manifest: this.#core.manifest ? null : this.#identity.manifest })
  }

  /** What a bundle tells besides, by which an older one may be proved later. Of the index nothing is ever missing. */
  bridge (nodes: BridgeNode[]): void {
    if (this.#head.kind !== 'blobs') return
    this.#told.push(...nodes.slice(0, MOST_TOLD_NODES - this.#told.length).map(node => nodeAt(node.index, node)))
  }

  /** The blocks of one core come in order. One that nothing here proves is left out. */
  async put ({ number, bytes, siblings }: BundleBlock): Promise<void> {
    const nodes = siblingsOf(number, siblings)
    const [isHere, isProven] = [await this.#core.has(number), !this.#unproven.some(({ index }) => isAbove(index, number, number + 1))]
    if (!isProven) {
      if (!isHere) this.leftOutBytes += bytes.length
    } else if (!isHere) {
      await this.#apply({ block: { index: number, value: Buffer.from(bytes), nodes } })
      this.newBytes += bytes.length
    } else if (nodes.length > 0) {
      // The block is here, but what stands beside its way may lead others to the top.
      const leaf = { index: 2 * number, size: bytes.length, hash: crypto.data(bytes) }
      await this.#apply({ hash: { index: leaf.index, nodes: [leaf, ...nodes] } })
    }
  }

  /**
   * The core here is as long, or longer. What the writer signed at the bundle's length is put beside what it signed later, so that
   * the ways of the bundle's blocks end at something known: as far as it is seen to be of the same history. Nothing else writes
   * to the core meanwhile, so that nothing is taken for missing that is just coming.
   */
  async #keepRoots (isEndProved: boolean): Promise<void> {
    const roots = signedRoots(this.#head, this.#identity.key)
    const { state } = this.#core
    await state.mutex.lock()
    try {
      const known = await knownAbove(this.#core, this.#head.length)
      const proven = provenRoots(roots, known, isEndProved ? await toldNodes(this.#core) : [], this.#core.length)
      const write = state.storage.write()
      for (const node of proven) write.putTreeNode(node)
      await write.flush()
      const seen = new Set([...known, ...proven].map(({ index }) => index))
      this.#unproven = roots.filter(({ index }) => !seen.has(index))
    } finally {
      state.mutex.unlock()
    }
  }

  async #apply (proof: Partial<Proof>): Promise<void> {
    let applied
    try {
      applied = await this.#core.applyProof({ fork: 0, block: null, hash: null, seek: null, upgrade: null, manifest: null, ...proof })
    } catch (cause) {
      if (/ENOSPC|No space left/i.test(messageOf(cause))) throw new AppError('DISK_FULL', 'The disk is full. Free some space and open the bundle again; it goes on where it stopped.', { cause })
      throw new AppError('BAD_HASH', `The bundle does not agree with what this node has: ${messageOf(cause)}`, { cause })
    }
    if (!applied) throw new AppError('CONFLICT', 'The newsletter has changed while the bundle was being opened. Open it again.')
  }
}

/** What is here that tells whether a tree of `length` blocks is the beginning of the one here. */
async function knownAbove (core: Hypercore, length: number): Promise<TreeNode[]> {
  return (await nodesOf(core, numbersAbove(length, core.length))).filter(node => node !== null)
}

async function nodesOf (core: Hypercore, numbers: number[]): Promise<(TreeNode | null)[]> {
  const storage = core.state.storage.read()
  const reading = numbers.map(number => storage.getTreeNode(number))
  storage.tryFlush()
  return await Promise.all(reading)
}
