import t from 'tap'
import { BACKUP_MAGIC, type BackupEntry, openBackup, sealBackup } from '../../shared/format/backup.ts'
import { createLock, keyFromPassphrase } from '../../shared/format/passphrase.ts'
import { CHEAP } from '../support/cheap-passphrase.ts'

const PASSPHRASE = 'correct horse battery'
const PIECE = 65_536

async function sealed (entries: BackupEntry[]): Promise<Uint8Array> {
  return await joined(sealBackup((async function * () { yield * entries })(), PASSPHRASE, CHEAP))
}

async function joined (parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const part of parts) all.push(part)
  return Buffer.concat(all)
}

/** Comes in parts of a size that fits nothing. */
async function * inParts (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 10_007) yield bytes.subarray(start, start + 10_007)
}

function entry (name: string, bytes: Uint8Array): BackupEntry {
  return { name, sizeBytes: bytes.length, bytes: [bytes] }
}

t.test('entries of every size come back as they were, in their order', async t => {
  const sizes = [0, 1, PIECE - 40, PIECE, PIECE + 1, 3 * PIECE]
  const entries = sizes.map((size, i) => entry(`drafts/ö-${i}`, Buffer.alloc(size, i + 1)))
  const file = await sealed(entries)
  t.ok(Buffer.from(file).subarray(0, BACKUP_MAGIC.length).equals(Buffer.from(BACKUP_MAGIC)))
  const back: { name: string, sizeBytes: number, isSame: boolean }[] = []
  for await (const { name, sizeBytes, bytes } of openBackup(inParts(file), PASSPHRASE)) {
    back.push({ name, sizeBytes, isSame: (await joined(bytes)).equals(Buffer.alloc(sizeBytes, back.length + 1)) })
  }
  t.same(back, sizes.map((size, i) => ({ name: `drafts/ö-${i}`, sizeBytes: size, isSame: true })))
})

t.test('an entry that is not as long as it was said is no backup', async t => {
  await t.rejects(sealed([{ name: 'short', sizeBytes: 2, bytes: [new Uint8Array(1)] }]), { code: 'CONFLICT' })
})

t.test('an end that fits on a piece exactly is an end', async t => {
  // Length of the name, name, length, bytes, and the empty name at the end.
  const bytes = Buffer.alloc(PIECE - 2 - 1 - 6 - 2, 7)
  const file = await sealed([entry('a', bytes)])
  t.equal(file.length, BACKUP_MAGIC.length + 24 + 24 + PIECE + 17)
  for await (const back of openBackup(inParts(file), PASSPHRASE)) t.ok((await joined(back.bytes)).equals(bytes))
  const more = async (): Promise<void> => { for await (const back of openBackup(inParts(Buffer.concat([file, file])), PASSPHRASE)) await joined(back.bytes) }
  await t.rejects(more(), { code: 'BAD_BACKUP' }, 'nothing may follow')
})

t.test('a lock that is none, or asks for too much, is refused before anything is worked out', async t => {
  const lock = createLock(CHEAP)
  t.equal((await keyFromPassphrase(PASSPHRASE, lock)).length, 32)
  const bad = [{ opsLimit: 0 }, { opsLimit: 5 }, { memLimitBytes: 0 }, { memLimitBytes: 2 ** 31 }, { salt: '' }, { salt: lock.salt.slice(2) }, { salt: `${lock.salt}00` }]
  for (const change of bad) await t.rejects(keyFromPassphrase(PASSPHRASE, { ...lock, ...change }), { code: 'BAD_FORMAT' }, JSON.stringify(change))
})
