import { open, realpath, stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { imageSize } from 'image-size'
import { AppError, messageOf } from '../../shared/errors.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'
import { BLOCK_BYTES, FILE_BYTES, ISSUE_BYTES, ISSUE_FILES } from '../../shared/format/limits.ts'
import { fileType } from './file-type.ts'
import type { PreparedFile } from './prepared-issue.ts'

/** Pictures tell their size near the start; a JPEG may have a large preview before it. */
const PICTURE_HEAD_BYTES = 512 * 1024
const NAME_BYTES = 255

/** The folder beside an issue's text, and the files that the issue takes from it. Nothing outside of it is ever read. */
export class IssueFolder {
  #path: string | null
  #root: string | null = null
  #files = new Map<string, PreparedFile>()
  #names = new Set<string>()
  #sizeBytes = 0

  /** @param path null: the text came alone, and no file is found */
  constructor (path: string | null) {
    this.#path = path
  }

  get files (): PreparedFile[] {
    return [...this.#files.values()]
  }

  /**
   * The real path of a file that the text names; null when it is not there, is no file, lies outside the folder or is
   * hidden (a name with a leading dot: settings and secrets, not part of an issue).
   *
   * @param target path as written in the text, decoded; one from the site's root is looked for in the folder
   */
  async find (target: string): Promise<string | null> {
    const relative = target.replace(/^\/+/, '')
    const spellings = [...new Set([relative, relative.normalize('NFC'), relative.normalize('NFD')])]
    for (const name of target.startsWith('/') ? [...spellings, basename(relative)] : spellings) {
      const found = await this.#findName(name)
      if (found) return found
    }
    return null
  }

  async #findName (name: string): Promise<string | null> {
    if (!this.#path || name === '' || name.includes('\0')) return null
    try {
      this.#root ??= await realpath(this.#path)
      const real = await realpath(resolve(this.#root, name))
      const inside = real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
      const hidden = real.slice(this.#root.length).split(sep).some(segment => segment.startsWith('.'))
      return inside && !hidden && (await stat(real)).isFile() ? real : null
    } catch {
      // Not there, or not for us to see: the same for the issue.
      return null
    }
  }

  /**
   * Takes a file that {@link find} found into the issue; the same file twice is one.
   *
   * @throws AppError TOO_LARGE naming what is too large, BAD_SOURCE when it can't be read
   */
  async take (path: string, alt: string): Promise<PreparedFile> {
    const known = this.#files.get(path)
    if (known) {
      known.alt ||= alt
      return known
    }
    const name = basename(path)
    const { size } = await stat(path)
    if (this.#files.size >= ISSUE_FILES) throw new AppError('TOO_LARGE', `The issue has more than the ${ISSUE_FILES} files that the format allows.`)
    if (size > FILE_BYTES) throw new AppError('TOO_LARGE', `The file ${name} is larger than 1 GiB, the most that the format allows for a file.`)
    this.#sizeBytes += size
    if (this.#sizeBytes > ISSUE_BYTES) {
      throw new AppError('TOO_LARGE', `With the file ${name} the issue is larger than 2 GiB, the most that the format allows.`)
    }
    const file = await this.#prepare(path, alt)
    this.#files.set(path, file)
    return file
  }

  async #prepare (path: string, alt: string): Promise<PreparedFile> {
    const hash = new Blake2b256Stream()
    const head: Uint8Array[] = []
    let sizeBytes = 0
    for await (const block of readBlocks(path)) {
      hash.update(block)
      if (sizeBytes < PICTURE_HEAD_BYTES) head.push(block)
      sizeBytes += block.length
    }
    const start = Buffer.concat(head)
    const type = fileType(path, start)
    const blake2b = hash.digestHex()
    const size = type.startsWith('image/') ? pictureSize(start) : {}
    return { path: `files/${this.#uniqueName(basename(path))}`, type, sizeBytes, blake2b, alt, ...size, blocks: () => sameBlocks(path, blake2b) }
  }

  /** A name that the format allows, and that no other file of the issue has on a system that ignores case. */
  #uniqueName (name: string): string {
    const safe = safeName(name)
    const extension = /(?<=.)\.[^.]{1,20}$/.exec(safe)?.[0] ?? ''
    const stem = safe.slice(0, safe.length - extension.length)
    let unique = safe
    for (let n = 2; this.#names.has(unique.toLowerCase()); n++) unique = `${stem}-${n}${extension}`
    this.#names.add(unique.toLowerCase())
    return unique
  }
}

/** NFC; letters, digits and plain punctuation stay, so that the name needs no escaping in a text or an address. */
export function safeName (name: string): string {
  const safe = name.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[-.]+/, '') || 'file'
  // Room for the number that makes it unique.
  const limitBytes = NAME_BYTES - 8
  if (Buffer.byteLength(safe) <= limitBytes) return safe
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? ''
  let stem = safe.slice(0, safe.length - extension.length)
  while (Buffer.byteLength(stem + extension) > limitBytes) stem = [...stem].slice(0, -1).join('')
  return (stem + extension).normalize('NFC')
}

async function * readBlocks (path: string): AsyncIterable<Uint8Array> {
  const file = await open(path).catch(error => {
    throw new AppError('BAD_SOURCE', `The file ${basename(path)} can not be read: ${messageOf(error)}.`, { cause: error })
  })
  try {
    while (true) {
      const block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
      let filled = 0
      while (filled < BLOCK_BYTES) {
        const { bytesRead } = await file.read(block, filled, BLOCK_BYTES - filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      if (filled > 0) yield block.subarray(0, filled)
      if (filled < BLOCK_BYTES) return
    }
  } finally {
    await file.close()
  }
}

async function * sameBlocks (path: string, blake2b: string): AsyncIterable<Uint8Array> {
  const hash = new Blake2b256Stream()
  for await (const block of readBlocks(path)) {
    hash.update(block)
    yield block
  }
  if (hash.digestHex() !== blake2b) throw new AppError('BAD_SOURCE', `The file ${basename(path)} was changed while it was read. Try again.`)
}

function pictureSize (start: Uint8Array): { width?: number, height?: number } {
  try {
    const { width, height, orientation } = imageSize(start)
    const sides = [width, height].map(Math.round)
    if (!sides.every(side => side >= 1 && side <= 100_000)) return {}
    // EXIF 5 to 8: the photograph lies on its side.
    if (orientation && orientation >= 5) sides.reverse()
    return { width: sides[0], height: sides[1] }
  } catch {
    // A picture that does not tell its size is shown without one.
    return {}
  }
}
