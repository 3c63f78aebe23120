/**
 * How much a node is the one to fetch a block for all: the highest of all that seek it is. Every node computes the same, so
 * nobody has to be told; and with each block another node comes first (rendezvous hashing, Thaler and Ravishankar 1996;
 * the mixing is the finalizer of MurmurHash3).
 *
 * @param key the node's Noise key
 */
export function weightOf (block: number, key: Uint8Array): number {
  let hash = (key[0]! | key[1]! << 8 | key[2]! << 16 | key[3]! << 24) ^ Math.imul(block + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b)
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35)
  return (hash ^ hash >>> 16) >>> 0
}
