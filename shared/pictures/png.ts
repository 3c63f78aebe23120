import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import type { PictureSize } from './picture-size.ts'

/** PNG (W3C, third edition): the first chunk says how large it is, and one before the first data how many frames it has. */
export async function pngSize (bytes: PictureBytes): Promise<PictureSize> {
  await bytes.hold(8, 25)
  if (bytes.u32(8) !== 13 || bytes.text(12, 4) !== 'IHDR') throw new NotShown('it is damaged')
  const [width, height] = [bytes.u32(16), bytes.u32(20)]
  let frames = 1
  for (let at = 33; ; at += 12 + bytes.u32(at)) {
    await bytes.hold(at, 8)
    const type = bytes.text(at + 4, 4)
    if (type === 'IDAT') return { width, height, frames }
    if (type === 'IEND') throw new NotShown('there is no picture in it')
    if (type !== 'acTL') continue
    await bytes.hold(at, 12)
    frames = Math.max(frames, bytes.u32(at + 8))
  }
}
