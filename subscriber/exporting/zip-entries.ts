import { setImmediate } from 'node:timers/promises'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'
import type { Entry } from './book.ts'

/** Pictures and the like do not become smaller; and the first entry of an EPUB has to stand there as it is. */
const STORED = /^mimetype$|\.(?:png|jpe?g|gif|webp|avif|zip|epub|mp3|m4a|ogg|opus|flac|mp4|webm|pdf)$/i

/** Of the years in which a ZIP file can have been made. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1980, 0, 2), Date.UTC(2099, 11, 30)]

const PIECE_BYTES = 64 * 1024

/** Entries as one ZIP file, piece by piece. @param at when all of them were made: the same entries make the same bytes */
export async function * zipEntries (entries: AsyncIterable<Entry> | Iterable<Entry>, at: Date): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  let failure: Error | null = null
  const zip = new Zip((error, bytes) => {
    failure ??= error
    if (bytes?.length) ready.push(bytes)
  })
  const take = (): Uint8Array[] => {
    if (failure) throw failure
    const taken = ready
    ready = []
    return taken
  }
  const mtime = Math.min(LATEST_MS, Math.max(EARLIEST_MS, at.getTime() || EARLIEST_MS))
  for await (const { path, bytes } of entries) {
    const entry = STORED.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 })
    entry.mtime = mtime
    zip.add(entry)
    for await (const piece of bytes) {
      for (let start = 0; start < piece.length; start += PIECE_BYTES) {
        entry.push(piece.subarray(start, start + PIECE_BYTES))
        yield * take()
        // A text is one piece, and others have their turn while it is made smaller.
        await setImmediate()
      }
    }
    entry.push(new Uint8Array(0), true)
    yield * take()
  }
  zip.end()
  yield * take()
}
