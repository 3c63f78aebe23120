import type { CoreState } from 'hypercore'
import merkleTree from 'hypercore/lib/merkle-tree.js'
import Corestore from 'corestore'
import t from 'tap'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { readMissingNodesAtOnce } from '../../shared/network/spreading/missing-nodes.ts'

t.test('what is read at once of a tree is what Hypercore reads one after the other', async t => {
  const { MerkleTree } = merkleTree
  const oneByOne = MerkleTree.missingNodes.bind(MerkleTree)
  readMissingNodesAtOnce()
  const atOnce = MerkleTree.missingNodes
  const folder = t.testdir({ from: {}, to: {} })
  const [store, other] = [new Corestore(`${folder}/from`), new Corestore(`${folder}/to`)]
  t.teardown(() => Promise.all([store.close(), other.close()]))
  const keys = createDriveKeys()
  const from = store.get({ manifest: { version: 1, signers: [{ publicKey: keys.publicKey }] }, keyPair: keys })
  await from.append(Array.from({ length: 77 }, (_, i) => Buffer.from(`block ${i}`)))
  const to = other.get({ key: from.key })
  await to.ready()
  const stream = store.replicate(true as never)
  stream.pipe(other.replicate(false as never)).pipe(stream)
  await to.get(76)
  const reads = countReads(to.core.state)
  let differ = 0
  for (const block of [40, 3, 41, 70, 12, 13]) {
    for (let index = 0; index < 2 * 80; index++) {
      const expected = await oneByOne(to.core.state, index, 77)
      reads.count = 0
      if (await atOnce(to.core.state, index, 77) !== expected || reads.count > 1) differ++
    }
    await to.get(block)
  }
  t.equal(differ, 0)
  t.ok(await oneByOne(to.core.state, 2 * 60, 77) > 1, 'not all of the tree is here')
})

function countReads ({ storage }: CoreState): { count: number } {
  const reads = { count: 0 }
  const { read } = storage
  storage.read = () => {
    reads.count++
    return read.call(storage)
  }
  return reads
}
