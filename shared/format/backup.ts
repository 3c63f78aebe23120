import sodium from 'sodium-universal'
import { AppError } from '../errors.ts'
import { toHex, fromHex } from './hash.ts'
import { createLock, keyFromPassphrase, type PassphraseCost, type PassphraseLock } from './passphrase.ts'

/** A backup: entries with a name, sealed together with a passphrase (XChaCha20-Poly1305 in pieces, as libsodium's secretstream). */

export const BACKUP_MAGIC = new TextEncoder().encode('colporteur backup 1\n')
const LOCK_BYTES = 24
const PIECE_BYTES = 65_536
const ABYTES = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
const NAME_BYTES = 500
/** Of one entry: a file of a draft has at most 1 GiB. */
const ENTRY_BYTES = 1024 * 1024 * 1024
const ENTRIES = 200_000

export interface BackupEntry {
  name: string
  sizeBytes: number
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export async function * sealBackup (entries: AsyncIterable<BackupEntry>, passphrase: string, cost?: PassphraseCost): AsyncGenerator<Uint8Array> {
  const lock = createLock(cost)
  const key = await keyFromPassphrase(passphrase, lock)
  const head = Uint8Array.from([...BACKUP_MAGIC, ...lockBytes(lock)])
  const state = new Uint8Array(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES)
  const header = new Uint8Array(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES)
  sodium.crypto_secretstream_xchacha20poly1305_init_push(state, header, key)
  yield head
  yield header
  const seal = (piece: Uint8Array, isLast: boolean): Uint8Array => {
    const box = new Uint8Array(piece.length + ABYTES)
    const tag = isLast ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    sodium.crypto_secretstream_xchacha20poly1305_push(state, box, piece, head, tag)
    return box
  }
  const plain = new Bytes(written(entries))
  for (let piece = await plain.upTo(PIECE_BYTES); ; ) {
    const next = piece.length < PIECE_BYTES ? new Uint8Array(0) : await plain.upTo(PIECE_BYTES)
    yield seal(piece, next.length === 0)
    if (next.length === 0) return
    piece = next
  }
}

/**
 * The entries of a backup, one after the other; the bytes of each have to be read before the next one comes. Nothing is
 * certain before the last has come.
 *
 * @throws AppError BAD_PASSPHRASE, BAD_BACKUP when it is none, cut off, or damaged, BAD_FORMAT
 */
export async function * openBackup (source: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<BackupEntry> {
  const plain = new Bytes(opened(new Bytes(source), passphrase))
  for (let count = 0; ; count++) {
    const nameLength = numberIn(await exactly(plain, 2))
    if (nameLength === 0) break
    if (nameLength > NAME_BYTES || count >= ENTRIES) throw damaged()
    const name = new TextDecoder().decode(await exactly(plain, nameLength))
    const sizeBytes = numberIn(await exactly(plain, 6))
    if (sizeBytes > ENTRY_BYTES) throw damaged()
    let left = sizeBytes
    const bytes = async function * (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await exactly(plain, Math.min(left, PIECE_BYTES))
        left -= part.length
        yield part
      }
    }
    yield { name, sizeBytes, bytes: bytes() }
    if (left > 0) throw new AppError('INTERNAL', 'An entry of the backup was not read to its end.')
  }
  if ((await plain.upTo(1)).length > 0) throw damaged()
}

async function * written (entries: AsyncIterable<BackupEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, sizeBytes, bytes } of entries) {
    const encoded = new TextEncoder().encode(name)
    yield Uint8Array.from([...numberBytes(encoded.length, 2), ...encoded, ...numberBytes(sizeBytes, 6)])
    let writtenBytes = 0
    for await (const part of bytes) {
      writtenBytes += part.length
      yield part
    }
    if (writtenBytes !== sizeBytes) throw new AppError('CONFLICT', `${name} has changed while the backup was made. Make it again.`)
  }
  yield numberBytes(0, 2)
}

async function * opened (source: Bytes, passphrase: string): AsyncGenerator<Uint8Array> {
  const head = await source.upTo(BACKUP_MAGIC.length + LOCK_BYTES)
  if (toHex(head.subarray(0, BACKUP_MAGIC.length)) !== toHex(BACKUP_MAGIC)) throw new AppError('BAD_BACKUP', 'This is not a backup, or one of a version that is not known here.')
  const header = await source.upTo(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES)
  if (header.length < sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES) throw cutOff()
  const key = await keyFromPassphrase(passphrase, lockIn(head.subarray(BACKUP_MAGIC.length)))
  const state = new Uint8Array(sodium.crypto_secretstream_xchacha20poly1305_STATEBYTES)
  sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
  const tag = new Uint8Array(1)
  for (let isFirst = true; ; isFirst = false) {
    const box = await source.upTo(PIECE_BYTES + ABYTES)
    if (box.length < ABYTES) throw cutOff()
    const piece = new Uint8Array(box.length - ABYTES)
    try {
      sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, tag, box, head)
    } catch (cause) {
      if (isFirst) throw new AppError('BAD_PASSPHRASE', 'This is not the passphrase of the backup, or its beginning is damaged. Nothing was taken over.', { cause })
      throw box.length < PIECE_BYTES + ABYTES ? cutOff() : damaged()
    }
    yield piece
    if (tag[0] === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL) break
  }
  if ((await source.upTo(1)).length > 0) throw damaged()
}

/** Bytes that come in parts of any size, taken in parts of another. */
class Bytes {
  #parts: AsyncIterator<Uint8Array>
  #left: Uint8Array = new Uint8Array(0)

  constructor (parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]()
  }

  /** Fewer only at the end. */
  async upTo (count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count)
    let length = 0
    while (length < count) {
      if (this.#left.length === 0) {
        const { done, value } = await this.#parts.next()
        if (done) break
        this.#left = value
      }
      const part = this.#left.subarray(0, count - length)
      taken.set(part, length)
      length += part.length
      this.#left = this.#left.subarray(part.length)
    }
    return taken.subarray(0, length)
  }
}

async function exactly (bytes: Bytes, count: number): Promise<Uint8Array> {
  const taken = await bytes.upTo(count)
  if (taken.length < count) throw damaged()
  return taken
}

function lockBytes ({ salt, opsLimit, memLimitBytes }: PassphraseLock): Uint8Array {
  return Uint8Array.from([...fromHex(salt), ...numberBytes(opsLimit, 4), ...numberBytes(memLimitBytes, 4)])
}

function lockIn (bytes: Uint8Array): PassphraseLock {
  if (bytes.length < LOCK_BYTES) throw cutOff()
  return { salt: toHex(bytes.subarray(0, 16)), opsLimit: numberIn(bytes.subarray(16, 20)), memLimitBytes: numberIn(bytes.subarray(20, 24)) }
}

/** Little-endian. */
function numberBytes (value: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** i) % 256)
}

function numberIn (bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, i) => sum + byte * 256 ** i, 0)
}

function cutOff (): AppError {
  return new AppError('BAD_BACKUP', 'The backup is cut off: its end is missing. Copy it again; nothing of it was taken over.')
}

function damaged (): AppError {
  return new AppError('BAD_BACKUP', 'The backup is damaged. Copy it again; nothing of it was taken over.')
}
