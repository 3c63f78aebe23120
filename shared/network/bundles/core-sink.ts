import type Corestore from 'corestore'
import Hypercore, { type Proof, type TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError, messageOf } from '../../errors.ts'
import type { BundleBlock, BundleCore } from '../../format/bundle.ts'
import { Resource } from '../../resource.ts'
import { type CoreIdentity, identityOf, signedRoots } from './core-identity.ts'
import { otherHistory } from './other-history.ts'
import { rootNumbers, siblingsOf } from './merkle-path.ts'

/**
 * Blocks of a core that are known here, those from its beginning of which none is missing, and what the copy here has of the
 * tree: where it is shorter than the bundle's its own roots, else those of the bundle's length.
 */
export interface CoreExtent { length: number, whole: number, known: TreeNode[] }

/** Puts blocks of a bundle into a core of the store. Hypercore checks each as if it had come from a peer. */
export class CoreSink extends Resource {
  #store: Corestore
  #core: Hypercore
  #head: BundleCore
  #identity: CoreIdentity
  /** Bytes of blocks that were not here before. */
  newBytes = 0

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
      const known = core.length < head.length ? [...core.state.roots] : (await nodesOf(core, rootNumbers(head.length))).filter(node => node !== null)
      return { length: core.length, whole: core.contiguousLength, known }
    } finally {
      await session.close()
    }
  }

  protected override async _open (): Promise<void> {
    await this.#core.ready()
  }

  protected override async _close (): Promise<void> {
    // A follower that has waited for these blocks gets them now.
    if (this.#core.opened) this.#core.core.replicator.onupgrade()
    await this.#store.close()
  }

  get length (): number { return this.#core.length }

  /**
   * Makes the core as long as the bundle has it, where it is shorter.
   *
   * @param nodes what leads from one length to the other
   * @throws AppError BUNDLE_GAP, BAD_HASH when the core here is of another history
   */
  async grow (nodes: TreeNode[] | null): Promise<void> {
    const { length, signature } = this.#head
    if (nodes === null) return await this.#keepRoots()
    const start = this.#core.length
    const upgrade = { start, length: length - start, nodes, additionalNodes: [], signature: Buffer.from(signature) }
    await this.#apply({ upgrade, manifest: this.#core.manifest ? null : this.#identity.manifest })
  }

  /** The blocks of one core come in order. */
  async put ({ number, bytes, siblings }: BundleBlock): Promise<void> {
    const nodes = siblingsOf(number, siblings)
    if (!await this.#core.has(number)) {
      await this.#apply({ block: { index: number, value: Buffer.from(bytes), nodes } })
      this.newBytes += bytes.length
    } else if (nodes.length > 0) {
      // The block is here, but what stands beside its way may lead others to the top.
      const leaf = { index: 2 * number, size: bytes.length, hash: crypto.data(bytes) }
      await this.#apply({ hash: { index: leaf.index, nodes: [leaf, ...nodes] } })
    }
  }

  /**
   * The core here is as long, or longer. What the writer signed at the bundle's length is put beside what it signed
   * later, so that the ways of the bundle's blocks end at something known.
   */
  async #keepRoots (): Promise<void> {
    const roots = signedRoots(this.#head, this.#identity.key)
    const known = await nodesOf(this.#core, roots.map(({ index }) => index))
    if (known.some((node, i) => node && !node.hash.equals(roots[i]!.hash))) throw otherHistory()
    const write = this.#core.state.storage.write()
    for (const [i, root] of roots.entries()) if (!known[i]) write.putTreeNode(root)
    await write.flush()
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

async function nodesOf (core: Hypercore, numbers: number[]): Promise<(TreeNode | null)[]> {
  const storage = core.state.storage.read()
  const reading = numbers.map(number => storage.getTreeNode(number))
  storage.tryFlush()
  return await Promise.all(reading)
}
