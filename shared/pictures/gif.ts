import type { PictureBytes } from './picture-bytes.ts'
import { LargestSize, type PictureSize } from './picture-size.ts'
import { NotShown } from './not-shown.ts'

const EXTENSION = 0x21
const IMAGE = 0x2c
const END = 0x3b

/** GIF89a: it tells nowhere how many frames there are, and a frame may be larger than the screen that it names at first. */
export async function gifSize (bytes: PictureBytes): Promise<PictureSize> {
  const largest = new LargestSize()
  await bytes.hold(6, 7)
  largest.add(bytes.u16le(6), bytes.u16le(8))
  let at = 13 + colourBytes(bytes.byte(10))
  while (at < bytes.size) {
    await bytes.hold(at, 1)
    const kind = bytes.byte(at)
    if (kind === EXTENSION) at = await afterBlocks(bytes, at + 2)
    else if (kind === IMAGE) {
      if (at + 10 > bytes.size) break
      await bytes.hold(at, 10)
      const [left, top, width, height] = [1, 3, 5, 7].map(offset => bytes.u16le(at + offset)) as [number, number, number, number]
      largest.add(left + width, top + height, 1)
      at = await afterBlocks(bytes, at + 11 + colourBytes(bytes.byte(at + 9)))
    } else if (kind === 0) at++ // some programs write one too many
    else if (kind === END || largest.size.frames > 0) break
    else throw new NotShown('it is damaged')
  }
  if (largest.size.frames === 0) throw new NotShown('there is no picture in it')
  return largest.size
}

/** Of a table of colours, by the flags before it. */
function colourBytes (flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0
}

/** Where data ends that stands in blocks, each with its length; one that is cut off ends with the file, and is shown as far as it goes. */
async function afterBlocks (bytes: PictureBytes, from: number): Promise<number> {
  let at = from
  while (at < bytes.size) {
    await bytes.hold(at, 1)
    for (; bytes.holds(at, 1); at += 1 + bytes.byte(at)) if (bytes.byte(at) === 0) return at + 1
  }
  return bytes.size
}
