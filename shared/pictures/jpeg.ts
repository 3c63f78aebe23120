import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import { LargestSize, type PictureSize } from './picture-size.ts'

const START_OF_SCAN = 0xda
const END = 0xd9

/** JPEG (ITU-T T.81): as decoders do it, from marker to marker until the first data. One that says its size twice is as large as the larger. */
export async function jpegSize (bytes: PictureBytes): Promise<PictureSize> {
  const largest = new LargestSize()
  let at = 2
  while (true) {
    at = await nextMarker(bytes, at)
    const marker = bytes.byte(at)
    at++
    if (marker === START_OF_SCAN || marker === END) break
    // Those that stand alone.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue
    await bytes.hold(at, 2)
    const length = bytes.u16(at)
    if (length < 2) throw new NotShown('it is damaged')
    if (isFrame(marker)) {
      await bytes.hold(at, 7)
      largest.add(bytes.u16(at + 5), bytes.u16(at + 3), 1)
    }
    at += length
  }
  const { width, height, frames } = largest.size
  if (frames === 0) throw new NotShown('there is no picture in it')
  return { width, height, frames: 1 }
}

/** All kinds of SOF. */
function isFrame (marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** Where the byte is that names the next marker. What lies between is passed over, as decoders do. */
async function nextMarker (bytes: PictureBytes, from: number): Promise<number> {
  let at = from
  while (true) {
    await bytes.hold(at, 2)
    for (; bytes.holds(at, 2); at++) if (bytes.byte(at) === 0xff && bytes.byte(at + 1) !== 0x00 && bytes.byte(at + 1) !== 0xff) return at + 1
  }
}
