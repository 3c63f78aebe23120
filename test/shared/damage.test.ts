import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import t, { type Test } from 'tap'
import { messageOf } from '../../shared/errors.ts'
import { guardAnswers } from '../../shared/network/answering.ts'
import { isDamage, isPassing, isStoreDamage } from '../../shared/network/damage.ts'
import { dropDamaged, guardDamaged } from '../../shared/network/damaged-blocks.ts'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { openStore } from '../../shared/network/open-store.ts'
import { until } from '../support/until.ts'

const OPENED = 'While open a file for random read: /home/db/000010'
/** What passes, of a file that is as it was. */
const PASSES = [
  'Too many open files', 'Too many open files in system', 'Permission denied', 'Resource temporarily unavailable', 'Cannot allocate memory',
  'Operation not permitted', 'Device or resource busy', 'Read-only file system', 'No space left on device', 'Disk quota exceeded', 'Stale file handle'
]
const LOST = ['No such file or directory', 'Is a directory', 'Input/output error']

/** As the store's library makes it. */
function storeError (message: string): Error {
  return Object.assign(new Error(message), { code: 'EIO' })
}

async function testFolder (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-damage-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

async function openCorestore (t: Test): Promise<Corestore> {
  const store = new Corestore(await testFolder(t))
  t.teardown(() => store.close())
  return store
}

/** A core of 40 blocks, of which those named can't be read, for a reason of their own each. */
async function unreadable (t: Test, why: Record<number, string>, given?: Corestore): Promise<Hypercore> {
  const store = given ?? await openCorestore(t)
  const keyPair = createDriveKeys()
  const core = store.get({ manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] }, keyPair })
  await core.append(Array.from({ length: 40 }, (_, i) => Buffer.from(`block ${i}`)))
  const { storage } = core.state
  const { read } = storage
  storage.read = () => {
    const reading = read.call(storage)
    const { getBlock } = reading
    reading.getBlock = async number => {
      const block = await getBlock.call(reading, number)
      if (why[number] !== undefined) throw storeError(why[number])
      return block
    }
    return reading
  }
  return core
}

async function missing (core: Hypercore): Promise<number[]> {
  const here = await Promise.all(Array.from({ length: core.length }, async (_, i) => await core.has(i)))
  return here.flatMap((isHere, i) => isHere ? [] : [i])
}

t.test('what a machine is short of, or does not allow, is no damage of the files it is told of', async t => {
  for (const reason of PASSES) {
    for (const file of [`${OPENED}.sst`, `${OPENED}.blob`, 'While open a file for appending: /home/db/MANIFEST-000014', 'while stat a file for size: /home/db/000011.log']) {
      const error = storeError(`${file}: ${reason}`)
      t.same([isDamage(error), isStoreDamage(error), isPassing(error)], [false, false, true], error.message)
    }
  }
  for (const reason of LOST) {
    for (const kind of ['sst', 'blob']) {
      const error = storeError(`${OPENED}.${kind}: ${reason}`)
      t.same([isDamage(error), isStoreDamage(error), isPassing(error)], [true, kind === 'sst', false], error.message)
    }
  }
  t.ok(isDamage(storeError('While pread offset 7 len 9: /home/db/000010.blob: Input/output error')), 'a disk that can not be read there any more')
  t.ok(isDamage(storeError('ReadFile failed: C:\\home\\db\\000010.blob: Data error (cyclic redundancy check).')), 'and as Windows says it')
  t.notOk(isDamage(storeError('While appending to file: /home/db/000010.sst: Input/output error')))
  t.ok(isStoreDamage(storeError('Corruption: block checksum mismatch in /home/db/000009.sst')))
})

t.test('a block is dropped for its damage alone, and not because it could not be read just now', async t => {
  const damage = 'Corruption: CRC mismatch in /home/db/000010.blob'
  const core = await unreadable(t, { 3: `${OPENED}.blob: Too many open files`, 5: damage, 30: `${OPENED}.blob: Permission denied`, 37: damage })
  const { dropped, unread } = await dropDamaged(core)
  t.equal(dropped, 2)
  t.same(await missing(core), [5, 37], 'also behind what could not be read')
  t.match(unread, { message: /Too many open files/ }, 'and that is told')
  t.match(await dropDamaged(await unreadable(t, {})), { dropped: 0, unread: null })
})

t.test('a block that can not be read for whatever reason keeps none of the others from being dropped', async t => {
  for (const message of ['Batch is destroyed', 'While pread offset 7 len 9: /home/db/000009.sst: Input/output error']) {
    const core = await unreadable(t, { 3: message, 37: 'Corruption: CRC mismatch in /home/db/000010.blob' })
    t.match(await dropDamaged(core), { dropped: 1, unread: { message } })
    t.same(await missing(core), [37])
  }
})

t.test('damage of what the store needs itself is told, and drops none', async t => {
  const message = 'Corruption: block checksum mismatch in /home/db/000009.sst'
  const core = await unreadable(t, { 3: message })
  await t.rejects(dropDamaged(core), { message })
  t.same(await missing(core), [])
})

t.test('a peer that asks for what can not be read is told so, and only for damage something is repaired', async t => {
  const damage = 'Corruption: CRC mismatch in /home/db/000010.blob'
  const found: string[] = []
  const [store, other] = [await openCorestore(t), await openCorestore(t)]
  guardDamaged(store, (_core, error) => { found.push(messageOf(error)) })
  guardAnswers(store, () => {})
  const core = await unreadable(t, { 3: `${OPENED}.blob: Too many open files`, 5: damage }, store)
  const stream = store.replicate(true as never)
  stream.on('error', () => {})
  stream.pipe(other.replicate(false as never)).pipe(stream)
  const theirs = other.get({ key: core.key })
  await theirs.ready()
  for (const number of [3, 5]) theirs.get(number).catch(() => {}) // nobody gives it
  await until('the damage is found', () => found.length > 0)
  t.match(String(await theirs.get(7)), 'block 7', 'on the same connection')
  t.same([...new Set(found)], [damage])
})

t.test('a store that can not be opened just now is left where it is; one that is damaged is put aside', async t => {
  const corestore = Corestore.prototype as unknown as { _open: () => Promise<void> }
  const { _open: open } = corestore
  t.teardown(() => { corestore._open = open })
  /** The next one that is opened. */
  const failOnce = (message: string): void => {
    corestore._open = async () => {
      corestore._open = open
      throw storeError(message)
    }
  }
  for (const reason of ['Too many open files', 'Permission denied', 'Cannot allocate memory']) {
    const home = await testFolder(t)
    const folder = join(home, 'store')
    failOnce(`${OPENED}.sst: ${reason}`)
    await t.rejects(openStore(folder), { code: 'INTERNAL', message: new RegExp(`${reason}.*nothing was changed`) })
    t.same((await readdir(home)).filter(name => name !== 'store'), [])
    const { store, damaged } = await openStore(folder)
    await store.close()
    t.equal(damaged, null)
  }
  const home = await testFolder(t)
  const folder = join(home, 'store')
  await (await openStore(folder)).store.close()
  failOnce(`${OPENED}.sst: No such file or directory`)
  const { store, damaged } = await openStore(folder)
  await store.close()
  t.match(damaged, /store\.damaged-\d+$/)
})
