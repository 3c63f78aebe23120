/** The members of the parts of hypercore 11.37 that the network room uses. */
declare module 'hypercore/lib/merkle-tree.js' {
  import type { CoreState, Proof, StorageRead, TreeBatch, TreeProof, WireRequest } from 'hypercore'

  const merkleTree: {
    MerkleTree: {
      /** The tree that a proof alone leads to. Throws what does not hold together; whose it is, is not checked. */
      verifyFullyRemote (state: CoreState, proof: Proof): TreeBatch
      /** Throws what can't be answered. Reads what it needs when the reading is flushed. */
      proof (state: CoreState, read: StorageRead, request: WireRequest): Promise<TreeProof>
      /** How many nodes a proof must have for one, in a tree of `length` blocks. */
      missingNodes (state: CoreState, index: number, length: number): Promise<number>
    }
  }
  export default merkleTree
}

declare module 'hypercore-crypto' {
  import type { TreeNode } from 'hypercore'

  const crypto: {
    /** Hypercore's tree hash: of the roots of a tree. */
    tree (roots: TreeNode[]): Buffer
    /** Hash of a block, as it stands in the tree. */
    data (block: Uint8Array): Buffer
    parent (left: TreeNode, right: TreeNode): Buffer
    /** Ed25519. */
    verify (message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean
    namespace (name: string, count: number): Buffer[]
  }
  export default crypto
}

declare module 'flat-tree' {
  const flat: {
    /** Indexes of the roots of a tree that ends before `index`, which is twice its length. */
    fullRoots (index: number): number[]
    sibling (index: number): number
    parent (index: number): number
    /** The lowest and the highest leaf below a node, each twice its block's number. */
    leftSpan (index: number): number
    rightSpan (index: number): number
  }
  export default flat
}

declare module 'hypercore/lib/messages.js' {
  /** How each message of a core's channel is written. */
  const messages: { wire: Record<string, { preencode (state: object, message: object): void, encode (state: object, message: object): void }> }
  export default messages
}
