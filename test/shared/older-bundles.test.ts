import Corestore from 'corestore'
import Hypercore, { type KeyPair, type TreeNode } from 'hypercore'
import t, { type Test } from 'tap'
import type { BundleCore, BundleRecord } from '../../shared/format/bundle.ts'
import { CoreCheck } from '../../shared/network/bundles/core-check.ts'
import { identityOf } from '../../shared/network/bundles/core-identity.ts'
import { CoreSink } from '../../shared/network/bundles/core-sink.ts'
import { CoreSource } from '../../shared/network/bundles/core-source.ts'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { until } from '../support/until.ts'

const BLOCKS = 50
const OLDER = 26

/** Blobs cores of one writer's drive, in stores of their own. */
class Stage {
  #t: Test
  #keys: KeyPair = createDriveKeys()
  #stores = 0
  drive = Hypercore.key(Hypercore.parseManifest({ version: 1, signers: [{ publicKey: this.#keys.publicKey }] }))
  identity = identityOf({ drive: this.drive, signer: this.#keys.publicKey, kind: 'blobs' })

  constructor (t: Test) {
    this.#t = t
  }

  store (): Corestore {
    const store = new Corestore(`${this.#t.testdir({ [`store${this.#stores}`]: {} })}/store${this.#stores++}`)
    this.#t.teardown(() => store.close())
    return store
  }

  /** A core as its writer has it, with this many blocks. */
  async written (history: string, length: number): Promise<Hypercore> {
    const core = this.store().get({ keyPair: this.#keys, manifest: this.identity.manifest })
    await core.ready()
    await core.append(Array.from({ length }, (_, i) => Buffer.from(`${history} block ${i}`)))
    return core
  }

  /** Somebody who knows how long a core is, and has fetched these blocks of it. */
  async reader (from: Hypercore, blocks: number[] = []): Promise<{ store: Corestore, core: Hypercore }> {
    const store = this.store()
    const core = store.get({ key: this.identity.key })
    await core.ready()
    const stop = connect(core, from)
    await core.update({ wait: true })
    for (const block of blocks) await core.get(block)
    await stop()
    return { store, core }
  }

  async bundle (core: Hypercore, blocks: [number, number][], lengths: number[] = []): Promise<BundleRecord[]> {
    const records: BundleRecord[] = []
    for await (const record of new CoreSource(core, 'blobs', this.drive).records(blocks, lengths)) records.push(record)
    return records
  }
}

function connect (core: Hypercore, other: Hypercore): () => Promise<void> {
  const [stream, back] = [replicate(core, true), replicate(other, false)]
  stream.on('error', () => {}).pipe(back.on('error', () => {})).pipe(stream)
  return async () => {
    stream.destroy()
    back.destroy()
    await until('both are apart', () => core.peers.length === 0 && other.peers.length === 0)
  }
}

function replicate (core: Hypercore, isInitiator: boolean): NodeJS.ReadWriteStream & { destroy (): void } {
  return (core as unknown as { replicate (isInitiator: boolean): NodeJS.ReadWriteStream & { destroy (): void } }).replicate(isInitiator)
}

/** Checks and takes over a bundle, as it is opened. */
async function open (store: Corestore, records: BundleRecord[]): Promise<CoreSink> {
  const head = (records[0] as { core: BundleCore }).core
  const check = new CoreCheck(head, await CoreSink.extentIn(store, head))
  for (const record of records) {
    if (record.type === 'block') check.block(record.block)
    else if (record.type === 'bridge') check.bridge(record.nodes)
  }
  const upgrade = check.upgrade()
  const sink = new CoreSink(store, head)
  try {
    await sink.ready()
    await sink.grow(upgrade, check.isEndProved)
    for (const record of records) {
      if (record.type === 'bridge') sink.bridge(record.nodes)
      else if (record.type === 'block') await sink.put(record.block)
    }
  } finally {
    await sink.close()
  }
  return sink
}

function bytesOf (history: string, blocks: number[]): number {
  return blocks.reduce((sum, i) => sum + `${history} block ${i}`.length, 0)
}

const all = Array.from({ length: OLDER }, (_, i) => i)

t.test('of an older bundle that nothing here proves to be of this history nothing is written, and everything comes from the network', async t => {
  const stage = new Stage(t)
  const [ours, theirs] = [await stage.written('our', BLOCKS), await stage.written('another', OLDER)]
  const { store, core } = await stage.reader(ours)
  const sink = await open(store, await stage.bundle(theirs, [[0, OLDER]]))
  t.match(sink, { newBytes: 0, leftOutBytes: bytesOf('another', all) })
  t.notOk(await core.has(24))
  const stop = connect(core, ours)
  for (const i of [0, 16, 24, 25, 40]) t.equal(String(await core.get(i)), `our block ${i}`)
  await stop()
  const { core: third } = await stage.reader(ours)
  connect(third, core)
  t.equal(String(await third.get(24)), 'our block 24', 'and is served on')
})

t.test('another history is found out by whatever is here of the way from its end to ours', async t => {
  const stage = new Stage(t)
  const [ours, theirs] = [await stage.written('our', BLOCKS), await stage.written('another', OLDER)]
  const records = await stage.bundle(theirs, [[24, OLDER]])
  for (const block of [27, 30, 3]) {
    const { store } = await stage.reader(ours, [block])
    await t.rejects(open(store, records), { code: 'BAD_HASH', message: /two different histories/ }, `block ${block} is here`)
  }
})

t.test('an older bundle of this history is taken where something here leads to it, and is served on', async t => {
  const stage = new Stage(t)
  const [ours, older] = [await stage.written('our', BLOCKS), await stage.written('our', OLDER)]
  const whole = await stage.bundle(older, [[0, OLDER]])
  const serves = async (core: Hypercore): Promise<void> => {
    const { core: third } = await stage.reader(ours)
    const stop = connect(third, core)
    for (const i of [0, 17, 24, 25]) t.equal(String(await third.get(i)), `our block ${i}`)
    await stop()
  }

  const beside = await stage.reader(ours, [26])
  t.match(await open(beside.store, whole), { newBytes: bytesOf('our', all), leftOutBytes: 0 }, 'the next block is here')
  await serves(beside.core)

  const newer = await stage.bundle(ours, [[42, BLOCKS]], [10, 18, OLDER, 34, 42])
  const carried = { store: stage.store() }
  t.match(await open(carried.store, newer), { leftOutBytes: 0 })
  t.match(await open(carried.store, whole), { newBytes: bytesOf('our', all), leftOutBytes: 0 }, 'a newer bundle has told what leads there')
  const core = carried.store.get({ key: stage.identity.key })
  await core.ready()
  await serves(core)

  const single = await stage.reader(ours, [2])
  t.match(await open(single.store, await stage.bundle(older, [[0, 4], [24, OLDER]])), { newBytes: bytesOf('our', [0, 1, 3]), leftOutBytes: bytesOf('our', [24, 25]) }, 'only what leads there')
})

t.test('what bundles have told wrong proves nothing, and what is said of a size below which the bundle has nothing neither', async t => {
  const stage = new Stage(t)
  const [ours, older, theirs] = [await stage.written('our', BLOCKS), await stage.written('our', OLDER), await stage.written('another', BLOCKS)]
  const newer = await stage.bundle(ours, [[42, BLOCKS]], [OLDER])
  const wrong = await stage.bundle(theirs, [[42, BLOCKS]], [OLDER])
  const store = stage.store()
  await open(store, newer.map(record => record.type === 'bridge' ? wrong.find(({ type }) => type === 'bridge')! : record))
  t.match(await open(store, await stage.bundle(older, [[0, OLDER]])), { newBytes: 0, leftOutBytes: bytesOf('our', all) })

  const other = stage.store()
  await open(other, newer)
  t.match(await open(other, await stage.bundle(older, [[0, 4]])), { newBytes: 0, leftOutBytes: bytesOf('our', [0, 1, 2, 3]) })
})

t.test('a node that comes while a bundle is being opened is not written over', async t => {
  const stage = new Stage(t)
  const [ours, theirs] = [await stage.written('our', BLOCKS), await stage.written('another', OLDER)]
  const { store, core } = await stage.reader(ours)
  const [record] = await stage.bundle(theirs, [])
  const sink = new CoreSink(store, (record as { core: BundleCore }).core)
  await sink.ready()
  await core.state.mutex.lock()
  const growing = sink.grow(null, false)
  const node = await nodeOf(ours, 49)
  const write = core.state.storage.write()
  write.putTreeNode(node)
  await write.flush()
  core.state.mutex.unlock()
  await t.rejects(growing, { code: 'BAD_HASH' })
  t.same((await nodeOf(core, 49)).hash, node.hash)
  await sink.close()
})

async function nodeOf ({ state }: Hypercore, index: number): Promise<TreeNode> {
  const read = state.storage.read()
  const node = read.getTreeNode(index)
  read.tryFlush()
  return (await node)!
}
