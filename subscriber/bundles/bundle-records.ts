import { type FileHandle, open } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { BUNDLE_MAGIC, type BundleRecord, decodeRecord, decodeRecordHead, RECORD_HEAD_BYTES } from '../../shared/format/bundle.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'

/** Read at once; a record that is larger is read for itself. */
const BUFFER_BYTES = 1024 * 1024

/**
 * The records of a bundle one after the other, without the end record, which is checked here. Takes no more memory than
 * the largest record may have.
 *
 * @param report bytes read so far
 * @throws AppError BAD_SOURCE when the file can't be read; BAD_BUNDLE when it is no bundle, cut off or damaged; BAD_FORMAT
 */
export async function * bundleRecords (path: string, report: (bytes: number) => void = () => {}): AsyncGenerator<BundleRecord> {
  const file = await open(path, 'r').catch((cause: unknown) => { throw new AppError('BAD_SOURCE', `${path} can not be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause }) })
  try {
    const bytes = new BundleBytes(file)
    const magic = await bytes.take(BUNDLE_MAGIC.length)
    if (!magic?.equals(BUNDLE_MAGIC)) throw new AppError('BAD_BUNDLE', `${path} is not a bundle, or is one of a version that is not known here.`)
    const hash = new Blake2b256Stream().update(magic)
    while (true) {
      const head = await bytes.take(RECORD_HEAD_BYTES)
      if (!head) throw cutOff()
      const announced = decodeRecordHead(head)
      if (!announced) throw damaged(bytes.taken)
      const payload = await bytes.take(announced.bytes)
      if (!payload) throw cutOff()
      const record = decodeRecord(announced.type, payload)
      if (record.type === 'end') {
        if (!Buffer.from(hash.digest()).equals(record.hash) || await bytes.take(1)) throw damaged(bytes.taken)
        return
      }
      hash.update(head).update(payload)
      report(bytes.taken)
      yield record
    }
  } finally {
    await file.close()
  }
}

/** A file from its beginning, some bytes at a time. */
class BundleBytes {
  #file: FileHandle
  #buffer: Buffer = Buffer.alloc(0)
  taken = 0

  constructor (file: FileHandle) {
    this.#file = file
  }

  /** Null when there are fewer left. */
  async take (count: number): Promise<Buffer | null> {
    while (this.#buffer.length < count) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(Math.max(BUFFER_BYTES, count - this.#buffer.length)), 0)
      if (bytesRead === 0) return null
      this.#buffer = Buffer.concat([this.#buffer, buffer.subarray(0, bytesRead)])
    }
    const bytes = this.#buffer.subarray(0, count)
    this.#buffer = this.#buffer.subarray(count)
    this.taken += count
    return bytes
  }
}

function cutOff (): AppError {
  return new AppError('BAD_BUNDLE', 'The bundle is cut off: its end is missing. Copy it again; nothing of it was taken over.')
}

function damaged (at: number): AppError {
  return new AppError('BAD_BUNDLE', `The bundle is damaged near byte ${at}. Copy it again; nothing of it was taken over.`)
}
