/** As wide as the widest screen shows the text's column, twice as fine. */
const WIDEST_PX = 1600
/** A picture may be longer than wide, up to here: what is beyond it, nobody scrolls through. */
const LONGEST_PX = 4800
const QUALITY = 0.85
/** Drawings and pictures of a screen stay sharp to the pixel, as long as that costs no more. */
const SHARP_BYTES = 400_000

export interface ReadyPicture {
  blob: Blob
  /** Of its name, as its type asks for. */
  ending: string
}

/** The browser can not read a file as a picture. */
export class UnreadablePicture extends Error {}

/**
 * A picture as readers get it: no larger than they see it, as WebP where the browser can write that, and with nothing
 * left of what a camera writes into it: the place, the time, the owner.
 *
 * @throws UnreadablePicture
 */
export async function resizePicture (file: Blob): Promise<ReadyPicture> {
  // Drawn anew it would stand still. It has no place to write a camera's notes into that programs use.
  if (file.type === 'image/gif') return { blob: file, ending: 'gif' }
  const blob = await redrawn(file)
  return { blob, ending: { 'image/webp': 'webp', 'image/jpeg': 'jpg' }[blob.type] ?? 'png' }
}

async function redrawn (file: Blob): Promise<Blob> {
  const source = await decoded(file)
  const scale = Math.min(1, WIDEST_PX / source.width, LONGEST_PX / source.height)
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(source.width * scale)), Math.max(1, Math.round(source.height * scale)))
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, canvas.width, canvas.height)
  source.close()
  // At the best quality, WebP loses nothing.
  const sharp = file.type === 'image/png' ? await canvas.convertToBlob({ type: 'image/webp', quality: 1 }) : null
  if (sharp && sharp.size <= SHARP_BYTES) return sharp
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY })
  if (webp.type === 'image/webp') return webp
  return await canvas.convertToBlob(file.type === 'image/png' ? { type: 'image/png' } : { type: 'image/jpeg', quality: QUALITY })
}

async function decoded (file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file.type === 'image/svg+xml' ? await drawnSvg(file) : file, { imageOrientation: 'from-image' })
  } catch (error) {
    throw new UnreadablePicture((error as Error).message, { cause: error })
  }
}

/** Shown as a picture, a drawing runs nothing and fetches nothing. */
async function drawnSvg (file: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    // One without a size of its own would be drawn as small as browsers like.
    if (image.width === 0 || image.height === 0) throw new Error('the drawing has no size')
    return image
  } finally {
    URL.revokeObjectURL(url)
  }
}

/**
 * A name that needs no escapes in the text and that no other file has, also where capitals make no difference.
 *
 * @param taken names that are in use
 */
export function freeName (fileName: string, ending: string, taken: string[]): string {
  const stem = fileName.replace(/\.[^.]*$/, '').normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'picture'
  const used = new Set(taken.map(name => name.toLowerCase()))
  let name = `${stem}.${ending}`
  for (let n = 2; used.has(name.toLowerCase()); n++) name = `${stem}-${n}.${ending}`
  return name
}
