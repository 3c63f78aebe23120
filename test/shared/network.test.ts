import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Corestore from 'corestore'
import Hypercore, { type ReplicationPeer } from 'hypercore'
import messages from 'hyperbee/lib/messages.js'
import t, { type Test } from 'tap'
import { isAppError } from '../../shared/errors.ts'
import { DRIVE_BLOCKS } from '../../shared/format/limits.ts'
import { guardBounds } from '../../shared/network/bounds-guard.ts'
import { blocksOf, createDriveKeys, DriveWriter } from '../../shared/network/drive-writer.ts'
import { HighWater } from '../../shared/network/high-water.ts'
import { Spreading } from '../../shared/network/spreading/spreading.ts'
import { readIndexEntry } from '../../shared/network/index-entry.ts'
import { keepTree } from '../../shared/network/keep-tree.ts'
import { PeerBudgets } from '../../shared/network/peer-budgets.ts'
import { until } from '../support/until.ts'

async function testFolder (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-network-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function openStore (t: Test, folder: string): Promise<Corestore> {
  const store = new Corestore(folder)
  await store.ready()
  t.teardown(() => store.close())
  return store
}

/** What a hostile peer can send that hypercore itself does not refuse. */
const announcements: { name: string, send: (peer: Wire) => void }[] = [
  { name: 'range', send: ({ wireRange }) => wireRange.send({ drop: false, start: 2 ** 40, length: 1 }) },
  { name: 'want', send: ({ wireWant }) => wireWant.send({ start: 0, length: DRIVE_BLOCKS + 1 }) },
  { name: 'bitfield', send: ({ wireBitfield }) => wireBitfield.send({ start: DRIVE_BLOCKS, bitfield: new Uint32Array(32) }) },
  { name: 'sync', send: ({ wireSync }) => wireSync.send({ fork: 0, length: 2 ** 41, remoteLength: 0, canUpgrade: true, uploading: true, downloading: true, hasManifest: true, allowPush: false }) }
]

interface Wire extends Record<'wireRange' | 'wireWant' | 'wireBitfield' | 'wireSync', { send (message: object): void }> {}

t.test('blocks beside those that were cleared can still be proved to others', async t => {
  const folder = await testFolder(t)
  const store = await openStore(t, join(folder, 'author'))
  const keys = createDriveKeys()
  const core = store.get({ manifest: { version: 1, signers: [{ publicKey: keys.publicKey }] }, keyPair: keys })
  await core.ready()
  keepTree(core)
  await core.append(Array.from({ length: 24 }, (_, i) => Buffer.from([i])))
  const cleared: [number, number][] = [[6, 7], [7, 8], [3, 5], [13, 14], [15, 16], [19, 23]]
  for (const [start, end] of cleared) await core.clear(start, end)
  const left = Array.from({ length: 24 }, (_, i) => i).filter(i => !cleared.some(([start, end]) => i >= start && i < end))

  const reader = await openStore(t, join(folder, 'reader'))
  const copy = reader.get({ key: core.key })
  await copy.ready()
  const [a, b] = [replicate(store, false), replicate(reader, true)]
  a.pipe(b).pipe(a)
  await copy.download({ blocks: left }).done()
  t.same(await Promise.all(left.map(async i => (await copy.get(i, { wait: false }))?.[0])), left)
  t.notOk(a.destroyed, 'the connection lives on')
})

t.test('what is wanted is fetched when it turns out to exist, though nothing else is heard of it', async t => {
  const folder = await testFolder(t)
  const [store, reader] = [await openStore(t, join(folder, 'author')), await openStore(t, join(folder, 'reader'))]
  const [giving, taking] = [new Spreading(store, () => null), new Spreading(reader, () => null)]
  const answering = answerLate(store)
  const keys = createDriveKeys()
  const core = store.get({ manifest: { version: 1, signers: [{ publicKey: keys.publicKey }] }, keyPair: keys })
  await core.append([0, 1, 2, 3].map(i => Buffer.from([i])))
  giving.of(core).write({ isIndex: false })
  const copy = reader.get({ key: core.key })
  await copy.ready()
  taking.of(copy).follow({ isIndex: false })
  const release = taking.of(copy).want(2, 4)
  const [a, b] = [replicate(store, false), replicate(reader, true)]
  a.pipe(b).pipe(a)
  await until('they speak our channel', () => copy.peers[0]?.remoteLength === 4 && copy.peers[0].inflightRange[0] > 1_000)
  await until('all that was said was heard', quiet(copy.peers[0]!))
  t.equal(copy.length, 0)
  answering.begin()
  await until('it is here', async () => await copy.has(2, 4))
  release()
})

/** How long a core is, a store tells nobody before it is let, and nothing else after that. */
function answerLate (store: Corestore): { begin: () => void } {
  let begin = (): void => {}
  const begun = new Promise<void>(resolve => { begin = resolve })
  store.watch(({ replicator }) => {
    const addPeer = replicator._addPeer.bind(replicator)
    replicator._addPeer = peer => {
      const { onrequest, wireSync } = peer
      let isTold = false
      peer.wireSync = { ...wireSync, send: message => isTold || wireSync.send(message) }
      peer.onrequest = async message => {
        if (message.upgrade) {
          await begun
          isTold = true
        }
        await onrequest.call(peer, message)
      }
      addPeer(peer)
    }
  })
  return { begin }
}

/** Whether nothing has come for so many looks: what was heard is looked at a few milliseconds later. */
function quiet (peer: ReplicationPeer, looks = 20): () => boolean {
  let [heard, left] = [0, looks]
  return () => {
    const { rawBytesRead } = peer.stream
    left = rawBytesRead === heard ? left - 1 : looks
    heard = rawBytesRead
    return left === 0
  }
}

for (const { name, send } of announcements) {
  t.test(`a peer whose ${name} reaches past what a drive may have is cut off`, async t => {
    const folder = await testFolder(t)
    const [victim, attacker] = [await openStore(t, join(folder, 'victim')), await openStore(t, join(folder, 'attacker'))]
    const refused: string[] = []
    guardBounds(victim, (_peer, what) => refused.push(what), new PeerBudgets(() => {}))
    const keys = createDriveKeys()
    const manifest = { version: 1, signers: [{ publicKey: keys.publicKey }] }
    const mine = attacker.get({ manifest, keyPair: keys })
    await mine.append(Buffer.from('block'))
    const theirs = victim.get({ key: Hypercore.key(manifest) })
    await theirs.ready()
    const [a, b] = [replicate(victim, false), replicate(attacker, true)]
    a.pipe(b).pipe(a)
    const closed = new Promise(resolve => a.on('close', resolve))
    await until('the attacker is connected', () => mine.peers.length > 0 && theirs.peers.length > 0)
    send(mine.peers[0] as ReplicationPeer & Wire)
    await closed
    t.same(refused, [name])
  })
}

function replicate (store: Corestore, isInitiator: boolean): ReturnType<Corestore['replicate']> {
  const stream = store.replicate(isInitiator as never)
  stream.on('error', () => {}) // the other side is cut off on purpose
  return stream
}

t.test('an index block is believed only where it can be right', t => {
  const block = (key: string, value: unknown): Uint8Array =>
    (messages.Node as unknown as { encode (node: object): Uint8Array }).encode({ key: Buffer.from(key), value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), index: Buffer.alloc(0) })
  const pointer = { blockOffset: 3, blockLength: 2, byteOffset: 9, byteLength: 65_537 }
  t.match(readIndexEntry(1, block('files\0/a', { blob: pointer })), { seq: 1, path: '/a', blob: pointer, signed: null })
  t.match(readIndexEntry(1, block('files\0/a', { blob: null, metadata: { manifest: '{}', signature: 's' } })), { blob: null, signed: { manifest: '{}' } })
  t.equal(readIndexEntry(1, block('other\0/a', {})), null)
  const wrong: [string, unknown][] = [
    ['BAD_FORMAT', 'not json'],
    ['TOO_LARGE', { blob: null, metadata: 'x'.repeat(256 * 1024) }],
    ['BAD_POINTER', 'null'],
    ['BAD_POINTER', {}],
    ['BAD_POINTER', { blob: { ...pointer, blockLength: 1 } }],
    ['BAD_POINTER', { blob: { ...pointer, blockOffset: -1 } }],
    ['BAD_POINTER', { blob: { ...pointer, blockOffset: DRIVE_BLOCKS } }],
    ['BAD_POINTER', { blob: { ...pointer, blockOffset: 0.5 } }],
    ['BAD_POINTER', { blob: { ...pointer, byteLength: 2 ** 40, blockLength: 2 ** 24 } }]
  ]
  for (const [code, value] of wrong) t.throws(() => readIndexEntry(1, block('files\0/a', value)), { code }, JSON.stringify(value))
  for (const path of ['', 'a', '/', '//a', '/a/../b', '/a\\b', '/a\u202eb', '/\0', `/${'a'.repeat(256)}`, '/a'.repeat(600)]) {
    t.throws(() => readIndexEntry(1, block(`files\0${path}`, { blob: null })), { code: 'BAD_NAME' }, JSON.stringify(path.slice(0, 20)))
  }
  for (const path of ['/.ssh/x', '/__proto__', '/issues/x']) t.equal(readIndexEntry(1, block(`files\0${path}`, { blob: null }))?.path, path)
  for (let i = 0; i < 2_000; i++) {
    const garbage = Buffer.from(Array.from({ length: i % 80 }, (_, j) => (i * 31 + j * 17 * (i % 13)) & 255))
    try {
      readIndexEntry(1, garbage)
    } catch (error) {
      if (!isAppError(error)) t.fail('garbage is refused with a code', { error })
    }
  }
  t.end()
})

t.test('the high-water mark notices a drive that does not continue', async t => {
  const folder = await testFolder(t)
  const keys = createDriveKeys()
  const write = async (name: string, texts: string[]): Promise<{ head: Awaited<ReturnType<DriveWriter['head']>>, compare: DriveWriter['compare'] }> => {
    const store = await openStore(t, join(folder, name))
    const drive = new DriveWriter({ store, spreading: new Spreading(store, () => null) }, keys)
    await drive.ready()
    t.teardown(() => drive.close())
    for (const text of texts) await drive.append([{ path: `/${text}`, blocks: () => blocksOf(Buffer.from(text)) }])
    const highWater = new HighWater(store, join(folder, `${name}.json`))
    await highWater.sync(drive)
    t.same(await new HighWater(store, join(folder, `${name}.json`)).markOf(drive.key), await drive.head(), 'the mark is on the disk')
    return { head: await drive.head(), compare: mark => drive.compare(mark) }
  }
  const long = await write('long', ['a', 'b'])
  const short = await write('short', ['a'])
  const other = await write('other', ['a', 'c'])
  t.equal(await long.compare(short.head), 'same')
  t.equal(await short.compare(long.head), 'behind', 'rolled back')
  t.equal(await other.compare(long.head), 'other', 'another history')
})

/** An open drive on a store, closed when the test ends. */
async function openDrive (t: Test, store: Corestore): Promise<{ drive: DriveWriter, write: (text: string, metadata?: unknown) => Promise<void> }> {
  const drive = new DriveWriter({ store, spreading: new Spreading(store, () => null) }, createDriveKeys())
  await drive.ready()
  t.teardown(() => drive.close())
  return { drive, write: (text, metadata) => drive.append([{ path: `/${text}`, blocks: () => blocksOf(Buffer.from(text)), metadata }]) }
}

t.test('a mark is never lowered: not by a drive that was closed after its disk had failed, nor by a store that is older', async t => {
  const folder = await testFolder(t)
  const store = await openStore(t, join(folder, 'store'))
  const highWater = new HighWater(store, join(folder, 'marks.json'))
  const [first, second] = [await openDrive(t, store), await openDrive(t, store)]
  await first.write('a')
  await highWater.sync(first.drive)
  const marked = await first.drive.head()
  await first.write('b')
  const { db } = store.storage
  const flush = db.flush
  db.flush = async () => { throw new Error('ENOSPC') }
  await t.rejects(highWater.sync(first.drive), { message: 'ENOSPC' })
  db.flush = flush
  await first.drive.close()
  await t.rejects(first.drive.head(), { code: 'INTERNAL' }, 'a closed drive does not say that it is empty')
  await second.write('c')
  await highWater.sync(second.drive)
  t.same(await highWater.markOf(first.drive.key), marked)

  const head = await second.drive.head()
  const further = { ...head, index: { ...head.index, length: head.index.length + 5 } }
  await highWater.remember(second.drive.key, further)
  await highWater.remember(second.drive.key, head)
  await highWater.sync(second.drive)
  t.same(await new HighWater(store, join(folder, 'marks.json')).markOf(second.drive.key), further)
})

t.test('marks that come at once are all kept', async t => {
  const folder = await testFolder(t)
  const store = await openStore(t, join(folder, 'store'))
  const highWater = new HighWater(store, join(folder, 'marks.json'))
  const { drive, write } = await openDrive(t, store)
  await write('a')
  const head = await drive.head()
  const others = Array.from({ length: 8 }, (_, i) => `other${i}`)
  await Promise.all([highWater.sync(drive), ...others.map(key => highWater.remember(key, head))])
  const again = new HighWater(store, join(folder, 'marks.json'))
  for (const key of [drive.key, ...others]) t.same(await again.markOf(key), head, key)
})

t.test('a drive is written on after a file that its index could not take', { timeout: 60_000 }, async t => {
  const store = await openStore(t, await testFolder(t))
  const { drive, write } = await openDrive(t, store)
  await write('a')
  await t.rejects(write('b', { toJSON () { throw new Error('not to be written') } }), { message: 'not to be written' })
  await write('c')
  t.same([await drive.has('/a'), await drive.has('/b'), await drive.has('/c')], [true, false, true])
  await drive.close()
})

t.test('a damaged high-water file stops writing instead of being forgotten', async t => {
  const folder = await testFolder(t)
  const store = await openStore(t, join(folder, 'store'))
  for (const content of ['', 'null', '{"x":{}}', '{']) {
    await writeFile(join(folder, 'marks.json'), content)
    await t.rejects(new HighWater(store, join(folder, 'marks.json')).markOf('key'), { code: 'BEHIND' }, JSON.stringify(content))
  }
})
