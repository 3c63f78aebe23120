import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import t from 'tap'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { wrapReplication } from '../../shared/network/wrap-replication.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

const nothing = (): void => {}
const blocksOf = (from: number, to: number): Buffer[] => Array.from({ length: to - from }, (_, i) => Buffer.from(`block ${from + i}`))

t.test('a tree that has lost its roots is mended by who has come farther since', async t => {
  const folders = t.testdir({ writer: {}, reader: {} })
  const open = async (name: string): Promise<Corestore> => {
    const store = new Corestore(`${folders}/${name}`)
    wrapReplication(store, { log, self: () => null, pacesOf: () => null, onProven: nothing, onDamage: nothing, onOtherHistory: () => t.fail('it is one history') })
    await store.ready()
    t.teardown(() => store.close())
    return store
  }
  const writer = await open('writer')
  const keyPair = createDriveKeys()
  const core = writer.get({ manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] }, keyPair })
  await core.append(blocksOf(0, 6))
  const key = core.key!
  const connect = async (reader: Corestore): Promise<Hypercore> => {
    const copy = reader.get({ key })
    await copy.ready()
    const { one, other } = await linkedStreams(t)
    writer.replicate(one)
    reader.replicate(other)
    return copy
  }

  const before = await open('reader')
  const copy = await connect(before)
  copy.download({ start: 0, end: 6 })
  await until('all is here', async () => copy.length === 6 && await copy.has(0, 6))
  // The roots of six blocks.
  const tx = copy.state.storage.write() as unknown as { deleteTreeNode (index: number): void, flush (): Promise<void> }
  for (const root of [3, 9]) tx.deleteTreeNode(root)
  await tx.flush()
  await before.close()

  await core.append(blocksOf(6, 11))
  const mended = await connect(await open('reader'))
  t.ok(mended.core._repairMode)
  await until('it reaches as far', () => mended.length === 11)
  mended.download({ start: 0, end: 11 })
  await until('all is here', async () => await mended.has(0, 11))
  t.same(await mended.get(10), Buffer.from('block 10'))
})
