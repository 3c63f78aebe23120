import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type Corestore from 'corestore'
import t, { type Test } from 'tap'
import z32 from 'z32'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, createDriveKeys } from '../../shared/network/drive-writer.ts'
import { Knocks } from '../../shared/network/knocks.ts'
import { openStore, openWriter, replicate } from '../support/stores.ts'
import { until } from '../support/until.ts'

interface Stage {
  author: { write (path: string): Promise<void> }
  reader: DriveReader
  /** The cores that the reader's store has in memory. */
  open: () => number
  connect: () => { end: () => Promise<void> }
  /** Somebody who answers nothing. Returns how to end that, when he has been asked. */
  connectSilent: () => Promise<() => void>
  index: Uint8Array
  store: Corestore
}

async function stage (t: Test): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-resting-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const keys = createDriveKeys()
  const [from, to] = [await openStore(t, join(folder, 'author')), await openStore(t, join(folder, 'reader'))]
  const writer = await openWriter(t, from, keys)
  const reader = new DriveReader(to, writer.key)
  await reader.ready()
  t.teardown(() => reader.close())
  return {
    author: { write: async path => await writer.append([{ path, blocks: () => blocksOf(Buffer.from(path)) }]) },
    reader,
    open: () => to.store.cores.map.size,
    connect: () => {
      const [a, b] = [replicate(from.store, false), replicate(to.store, true)]
      a.pipe(b).pipe(a)
      return {
        end: async () => {
          a.destroy()
          b.destroy()
          await until('it is over', () => reader.isResting || reader.mayRest)
        }
      }
    },
    connectSilent: async () => {
      const nobody = await openStore(t, join(folder, 'nobody'))
      const [a, b] = [replicate(nobody.store, false), replicate(to.store, true)]
      const { noiseStream } = a as unknown as { noiseStream: Duplex }
      let isAsked = false
      noiseStream.removeAllListeners('data').on('data', () => { isAsked = true })
      a.pipe(b).pipe(a)
      await until('he is asked', () => isAsked)
      return () => {
        a.destroy()
        b.destroy()
      }
    },
    index: z32.decode(writer.key),
    store: to.store
  }
}

async function fetched ({ author, reader, connect }: Stage, path: string): Promise<void> {
  const before = reader.heads.index
  await author.write(path)
  const connection = connect()
  await until('the index has grown', () => reader.heads.index > before && reader.wholeIndex === reader.heads.index && reader.heads.blobs > 0)
  await download(reader, 0)
  await connection.end()
}

/** Nothing but a timer keeps a process running that has no socket. */
async function download (reader: DriveReader, from: number): Promise<void> {
  let isDone = false
  void reader.download(from, reader.heads.blobs).done().then(() => { isDone = true })
  await until('it is here', () => isDone)
}

t.test('a drive that rests has nothing open, says how far it goes, and can be read', async t => {
  const at = await stage(t)
  const { reader, open } = at
  await fetched(at, '/a')
  const { heads, wholeIndex, indexBytes, coreKeys } = reader
  t.equal(open(), 2)
  await reader.rest()
  t.ok(reader.isResting)
  t.equal(open(), 0)
  t.same([reader.heads, reader.wholeIndex, reader.indexBytes, reader.coreKeys], [heads, wholeIndex, indexBytes, coreKeys])
  t.same(reader.peers, [])
  t.notOk(reader.settled)
  const { blob } = (await reader.entryAt(1, null))!
  t.equal(Buffer.from(await reader.readAll(blob!)).toString(), '/a')
  t.notOk(reader.isResting)
  await reader.rest()
  t.ok(await reader.has(blob!))
  t.same(await reader.blocksHere(), [[0, heads.blobs]])
})

t.test('it does not rest while somebody uses it, or is there for it', async t => {
  const at = await stage(t)
  const { author, reader, open, connect } = at
  await fetched(at, '/a')
  const release = await reader.hold()
  await reader.rest()
  t.notOk(reader.isResting)
  release()
  release() // again is not twice
  const waiting = reader.download(0, reader.heads.blobs + 1)
  await reader.rest()
  t.notOk(reader.isResting)
  waiting.destroy()
  const connection = connect()
  await until('a peer is there', () => reader.cores.index.peers.length > 0)
  await reader.rest()
  t.notOk(reader.isResting)
  await connection.end()
  await author.write('/b')
  await reader.rest()
  t.ok(reader.isResting)
  t.equal(open(), 0)
})

t.test('a peer that asks for it wakes it, and gives it what is new', async t => {
  const at = await stage(t)
  const { author, reader, connect } = at
  await fetched(at, '/a')
  const { heads } = reader
  await reader.rest()
  await author.write('/b')
  let grew = false
  reader.on('indexGrew', () => { grew = true })
  connect()
  await until('it is awake, and has heard', () => reader.heads.index > heads.index && reader.heads.blobs > heads.blobs)
  t.ok(grew)
  await download(reader, heads.blobs)
})

t.test('whoever opens a core of it wakes it, and nobody makes it follow a truncation', async t => {
  const at = await stage(t)
  const { reader, store, index } = at
  await fetched(at, '/a')
  await reader.rest()
  t.ok(reader.isResting)
  const core = store.get({ key: index, active: false })
  await core.ready()
  await until('it is awake', () => !reader.isResting)
  t.equal(core.core.replicator.allowFork, false)
  await core.close()
})

t.test('who is silent keeps it from resting until he goes, and it is not opened again and again', async t => {
  const at = await stage(t)
  const { reader, connectSilent } = at
  await fetched(at, '/a')
  const { index } = reader.cores
  const end = await connectSilent()
  t.same(index.peers, [])
  t.notOk(reader.mayRest)
  await reader.rest()
  t.equal(reader.cores.index, index)
  end()
  await until('he is gone', () => reader.mayRest)
  await reader.rest()
  t.ok(reader.isResting)
})

t.test('it does not try at once again when somebody else has it open', async t => {
  const at = await stage(t)
  const { reader, store, index } = at
  await fetched(at, '/a')
  const other = store.get({ key: index, active: false })
  await other.ready()
  t.ok(reader.mayRest)
  await reader.rest()
  t.notOk(reader.isResting)
  t.notOk(reader.mayRest)
  const { index: opened } = reader.cores
  await reader.rest()
  t.equal(reader.cores.index, opened)
  await other.close()
})

t.test('an opening that fails leaves nothing open, and the next knock opens it', async t => {
  const at = await stage(t)
  const { reader, open, store, index } = at
  await fetched(at, '/a')
  await reader.rest()
  const { session } = store
  store.session = () => {
    const failing = session.call(store)
    const { get } = failing
    failing.get = options => {
      const core = get.call(failing, options)
      const { ready } = core
      core.ready = async () => {
        await ready.call(core)
        throw new Error('A full disk')
      }
      return core
    }
    return failing
  }
  await t.rejects(reader.wake(), { message: 'A full disk' })
  store.session = session
  t.ok(reader.isResting)
  t.equal(open(), 0)
  const core = store.get({ key: index, active: false })
  await core.ready()
  await until('it is awake', () => !reader.isResting)
  await core.close()
})

t.test('what could not be closed keeps nothing from ending', async t => {
  const at = await stage(t)
  const { reader, store } = at
  await fetched(at, '/a')
  await reader.rest()
  const { session } = store
  store.session = () => {
    const failing = session.call(store)
    const { close } = failing
    failing.close = async () => {
      await close.call(failing)
      throw new Error('A full disk')
    }
    return failing
  }
  await reader.wake()
  store.session = session
  await until('it may rest', () => reader.mayRest)
  await t.rejects(reader.rest(), { message: 'A full disk' })
  await reader.close()
})

t.test('several may listen for one core', async t => {
  const { store, index, reader } = await stage(t)
  await reader.close()
  await until('it is closed', () => store.cores.map.size === 0)
  const knocks = new Knocks(store)
  const heard: string[] = []
  const stops = ['a', 'b', 'c'].map(name => knocks.listen([index], () => heard.push(name)))
  stops[2]!()
  const core = store.get({ key: index, active: false })
  await core.ready()
  t.same(heard, ['a', 'b'])
  await core.close()
})

t.test('closing ends what has just begun', async t => {
  const at = await stage(t)
  const { reader } = at
  await fetched(at, '/a')
  await reader.rest()
  const waking = reader.wake()
  await reader.close()
  await waking
  await t.rejects(reader.wake(), { code: 'NOT_READY' })
  await t.rejects(reader.has({ byteOffset: 0, blockOffset: 0, blockLength: 1, byteLength: 1 }), { code: 'NOT_READY' })
})
