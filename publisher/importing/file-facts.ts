import { type BigIntStats, createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { imageSize } from 'image-size'
import { AppError, messageOf } from '../../shared/errors.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import type { PictureVerdict } from '../../shared/pictures/check-picture.ts'
import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import { openRegular } from '../../shared/regular-file.ts'
import { fileType, namedType } from './file-type.ts'
import type { PreparedFile } from './prepared-issue.ts'

/** Pictures tell their size near the start; a JPEG may have a large preview before it. */
const PICTURE_HEAD_BYTES = 512 * 1024

/** Of this process: nobody waits for it but who writes here. */
const pictures = new PictureThread()

/** By which a file is the same, whatever its path leads to. */
export type FileIdentity = Pick<BigIntStats, 'dev' | 'ino'>

/** What the bytes of a file tell. */
export type FileFacts = Pick<PreparedFile, 'type' | 'sizeBytes' | 'blake2b' | 'width' | 'height' | 'notShown'>

/**
 * @param name by which a type is guessed that the bytes do not tell
 * @param identity of the one file that is meant
 * @throws AppError BAD_SOURCE when it can't be read, TIMED_OUT when a picture could not be looked at just now
 */
export async function factsOf (path: string, name: string, identity?: FileIdentity): Promise<FileFacts> {
  const hash = new Blake2b256Stream()
  const head: Uint8Array[] = []
  let sizeBytes = 0
  for await (const block of readBlocks(path, identity)) {
    hash.update(block)
    if (sizeBytes < PICTURE_HEAD_BYTES) head.push(block)
    sizeBytes += block.length
  }
  const start = Buffer.concat(head)
  const type = fileType(name, start)
  return { type, sizeBytes, blake2b: hash.digestHex(), ...([type, namedType(name)].some(isPicture) && await pictureFacts(path, name, sizeBytes, start)) }
}

/** Whether readers will see a file that lies on the disk as a picture. */
export async function checkPictureFile (path: string, sizeBytes: number): Promise<PictureVerdict> {
  return await pictures.check({ sizeBytes, read: (start, end) => createReadStream(path, { start, end }) as AsyncIterable<Uint8Array> })
}

/** What is called a picture is what its content says. */
async function pictureFacts (path: string, name: string, sizeBytes: number, start: Uint8Array): Promise<Partial<Pick<FileFacts, 'type' | 'width' | 'height' | 'notShown'>>> {
  const verdict = await checkPictureFile(path, sizeBytes)
  if (verdict.notShown === null) return { type: verdict.type, ...pictureSize(start) }
  // What is published of it is so for ever.
  if (verdict.isPassing) throw new AppError('TIMED_OUT', `The picture ${name} could not be looked at just now: ${verdict.notShown}. Try again.`)
  return { notShown: verdict.notShown }
}

function isPicture (type: string): boolean {
  return type.startsWith('image/')
}

/**
 * The bytes of a file in blocks of 64 KiB.
 *
 * @param identity of the one file that is meant: of another one, not one block is given
 * @throws AppError BAD_SOURCE at the end when they do not have this hash
 */
export async function * sameBlocks (path: string, blake2b: string, identity?: FileIdentity): AsyncIterable<Uint8Array> {
  const hash = new Blake2b256Stream()
  for await (const block of readBlocks(path, identity)) {
    hash.update(block)
    yield block
  }
  if (hash.digestHex() !== blake2b) throw new AppError('BAD_SOURCE', `The file ${basename(path)} was changed while it was read. Try again.`)
}

async function * readBlocks (path: string, identity?: FileIdentity): AsyncIterable<Uint8Array> {
  const file = await openRegular(path).catch(error => {
    throw new AppError('BAD_SOURCE', `The file ${basename(path)} can not be read: ${messageOf(error)}.`, { cause: error })
  })
  try {
    const { dev, ino } = await file.stat({ bigint: true })
    if (identity && (dev !== identity.dev || ino !== identity.ino)) throw new AppError('BAD_SOURCE', `The file ${basename(path)} was replaced while it was read. Try again.`)
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
