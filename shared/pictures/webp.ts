import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import { LargestSize, type PictureSize } from './picture-size.ts'

/** WebP (RFC 9649). One that moves is gone through to its end, from frame to frame. */
export async function webpSize (bytes: PictureBytes): Promise<PictureSize> {
  const largest = new LargestSize()
  await bytes.hold(4, 4)
  const end = Math.min(bytes.size, 8 + bytes.u32le(4))
  for (let at = 12; at + 8 <= end;) {
    await bytes.hold(at, 8)
    const [kind, length] = [bytes.text(at, 4), bytes.u32le(at + 4)]
    const data = at + 8
    if (kind === 'VP8X') {
      await bytes.hold(data, 10)
      largest.add(1 + bytes.u24le(data + 4), 1 + bytes.u24le(data + 7))
    } else if (kind === 'ANMF') {
      await bytes.hold(data, 12)
      const [left, top, width, height] = [0, 3, 6, 9].map(offset => bytes.u24le(data + offset)) as [number, number, number, number]
      largest.add(2 * left + 1 + width, 2 * top + 1 + height, 1)
    } else if (kind === 'VP8 ' || kind === 'VP8L') {
      await addStill(bytes, kind, data, largest)
      // Nothing after it is looked at.
      break
    }
    at = data + length + length % 2
  }
  if (largest.size.frames === 0) throw new NotShown('there is no picture in it')
  return largest.size
}

/** What the data itself says. */
async function addStill (bytes: PictureBytes, kind: 'VP8 ' | 'VP8L', data: number, largest: LargestSize): Promise<void> {
  await bytes.hold(data, 10)
  if (kind === 'VP8 ') return largest.add(bytes.u16le(data + 6) & 0x3fff, bytes.u16le(data + 8) & 0x3fff, 1)
  const sides = bytes.u32le(data + 1)
  largest.add(1 + (sides & 0x3fff), 1 + (sides >>> 14 & 0x3fff), 1)
}
