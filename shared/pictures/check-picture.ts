import { avifSize } from './avif.ts'
import { gifSize } from './gif.ts'
import { jpegSize } from './jpeg.ts'
import { NotShown } from './not-shown.ts'
import { PictureBytes, type PictureSource } from './picture-bytes.ts'
import { MOST_FRAMES, MOST_MOVING_PIXELS, MOST_PIXELS, MOST_SIDE } from './picture-limits.ts'
import type { PictureSize } from './picture-size.ts'
import { type PictureType, pictureType, TYPE_BYTES } from './picture-type.ts'
import { pngSize } from './png.ts'
import { isSvg } from './svg-root.ts'
import { svgSize } from './svg.ts'
import { webpSize } from './webp.ts'

/** What is to be done with a file that is said to be a picture. */
export type PictureVerdict =
  /** It is shown as what it is, whatever it was said to be. */
  | { type: PictureType, notShown: null }
  /** Why it is not shown, to go on after "picture not shown:". `isPassing`: another time it may be. */
  | { type: null, notShown: string, isPassing: boolean }

/** An SVG says what it is within so many bytes. */
const SVG_HEAD_BYTES = 64 * 1024

const sizes: Record<PictureType, (bytes: PictureBytes) => Promise<PictureSize>> = {
  'image/png': pngSize, 'image/jpeg': jpegSize, 'image/gif': gifSize, 'image/webp': webpSize, 'image/avif': avifSize, 'image/svg+xml': svgSize
}

/**
 * Looks at a file that somebody says is a picture, before anything decodes it: what it is, by its content, and how large it claims
 * to be. No pixel is decoded. What others may have made is looked at by a {@link PictureThread}. (The package image-size is not
 * asked: it finds the size of honest pictures. In a JPEG that says it twice it takes the one that browsers do not, and formats that
 * are not shown here have made it turn in circles.)
 *
 * Throws only what reading throws.
 */
export async function checkPicture (source: PictureSource, limitMs?: number): Promise<PictureVerdict> {
  const bytes = new PictureBytes(source, limitMs)
  try {
    const type = await typeOf(bytes)
    const size = await sizes[type](bytes)
    checkSize(size)
    await checkCarried(size.carried ?? [])
    return { type, notShown: null }
  } catch (error) {
    if (!(error instanceof NotShown)) throw error
    return { type: null, notShown: error.message, isPassing: error.isPassing }
  }
}

/** A drawing may be small, and bring along what is not. @throws NotShown */
async function checkCarried (pictures: Uint8Array[]): Promise<void> {
  let pixels = 0
  for (const file of pictures) {
    const type = pictureType(file)!
    try {
      const read = async function * (start: number, end: number): AsyncGenerator<Uint8Array> { yield file.subarray(start, end + 1) }
      const size = await sizes[type](new PictureBytes({ sizeBytes: file.length, read }))
      checkSize(size)
      pixels += (size.width ?? 1) * (size.height ?? 1)
    } catch (error) {
      throw error instanceof NotShown ? new NotShown(`there is a picture in it, and ${error.message}`) : error
    }
  }
  if (pixels > MOST_PIXELS) throw new NotShown(`there are pictures in it that claim to be ${pixels.toLocaleString('en')} pixels together`)
}

async function typeOf (bytes: PictureBytes): Promise<PictureType> {
  if (bytes.size === 0) throw new NotShown('it is empty')
  const headBytes = Math.min(bytes.size, SVG_HEAD_BYTES)
  await bytes.hold(0, headBytes)
  const type = pictureType(Buffer.from(bytes.text(0, Math.min(headBytes, TYPE_BYTES)), 'latin1'))
  if (type) return type
  if (isSvg(Buffer.from(bytes.text(0, headBytes), 'latin1').toString('utf8'))) return 'image/svg+xml'
  throw new NotShown('it is no picture of a kind that is shown')
}

/** @throws NotShown */
function checkSize ({ width, height, frames }: PictureSize): void {
  if (width === 0 || height === 0) throw new NotShown('it does not say how large it is')
  const [w, h] = [width ?? 1, height ?? 1]
  if (w > MOST_SIDE || h > MOST_SIDE || w * h > MOST_PIXELS) throw new NotShown(`it claims to be ${inWords(width, height)}`)
  if (frames > MOST_FRAMES) throw new NotShown(`it claims to have ${frames.toLocaleString('en')} frames`)
  if (frames > 1 && w * h > MOST_MOVING_PIXELS) throw new NotShown(`it moves, and claims to be ${inWords(width, height)}`)
}

function inWords (width: number | null, height: number | null): string {
  if (width === null || height === null) return `${(width ?? height)!.toLocaleString('en')} pixels ${width === null ? 'high' : 'wide'}`
  return `${width.toLocaleString('en')} × ${height.toLocaleString('en')} pixels`
}
