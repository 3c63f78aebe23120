import { av1Size } from './av1.ts'
import { AvifItems } from './avif-items.ts'
import { CodedPlaces } from './coded-places.ts'
import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import { LargestSize, type PictureSize } from './picture-size.ts'

/** Boxes that hold boxes, and how many bytes of their own they have before. */
const HOLDING = new Map([['meta', 4], ['iprp', 0], ['ipco', 0], ['moov', 0], ['trak', 0], ['mdia', 0], ['minf', 0], ['stbl', 0]])
/** Those above nest five deep. */
const MOST_DEEP = 8
const MOST_BOXES = 100_000

/**
 * AVIF: boxes in boxes (ISO/IEC 14496-12). Whatever in it names a size counts: boxes of its pictures and of its film, and the coded
 * data itself of each picture and of the film's first frame, because boxes can say less.
 */
export async function avifSize (bytes: PictureBytes): Promise<PictureSize> {
  const walk = new Walk(bytes)
  await walk.through(0, bytes.size, 0)
  walk.items.tell()
  const { width, height } = walk.largest.size
  if (!width || !height) throw new NotShown('it does not say how large it is')
  for (const { from, to, isWhole } of walk.places) {
    const size = await av1Size(bytes, from, to)
    if (size) walk.largest.add(size.width, size.height)
    // What is cut into pieces before it has said how large it is would say it after the first.
    else if (!isWhole) throw new NotShown('it is damaged')
  }
  return { ...walk.largest.size, frames: Math.max(1, walk.frames) }
}

class Walk {
  readonly largest = new LargestSize()
  readonly places = new CodedPlaces()
  readonly items: AvifItems
  /** Of the film with most of them. */
  frames = 0
  #bytes: PictureBytes
  #boxes = 0

  constructor (bytes: PictureBytes) {
    this.#bytes = bytes
    this.items = new AvifItems(bytes, this.places)
  }

  async through (from: number, end: number, depth: number): Promise<void> {
    if (depth > MOST_DEEP) throw new NotShown('it is damaged')
    for (let at = from; at + 8 <= end;) {
      if (++this.#boxes > MOST_BOXES) throw new NotShown('it is damaged')
      const { kind, data, next } = await this.#box(at, end)
      const own = HOLDING.get(kind)
      if (own !== undefined) await this.through(data + own, next, depth + 1)
      else await this.#look(kind, data, next, depth)
      at = next
    }
  }

  async #look (kind: string, data: number, next: number, depth: number): Promise<void> {
    switch (kind) {
      case 'ispe': return await this.#picture(data, next)
      case 'tkhd': return await this.#film(data, next)
      case 'stsz': return await this.#frames(data, next)
      case 'stco': return await this.#firstFrame(data, next, 4)
      case 'co64': return await this.#firstFrame(data, next, 8)
      case 'iinf': return await this.#itemsIn(data, next, depth)
      case 'infe': return await this.items.item(data, next)
      case 'iloc': return await this.items.locations(data, next)
      case 'idat': return this.items.inner(data)
      default:
    }
  }

  async #box (at: number, end: number): Promise<{ kind: string, data: number, next: number }> {
    const bytes = this.#bytes
    await bytes.hold(at, 8, end)
    const [size, kind] = [bytes.u32(at), bytes.text(at + 4, 4)]
    if (size === 0) return { kind, data: at + 8, next: end }
    if (size === 1) await bytes.hold(at, 16, end)
    const [length, data] = size === 1 ? [bytes.u64(at + 8), at + 16] : [size, at + 8]
    if (at + length < data) throw new NotShown('it is damaged')
    return { kind, data, next: Math.min(end, at + length) }
  }

  /** It counts them, in two bytes or in four, before they come. */
  async #itemsIn (data: number, next: number, depth: number): Promise<void> {
    await this.#bytes.hold(data, 1, next)
    await this.through(data + (this.#bytes.byte(data) === 0 ? 6 : 8), next, depth + 1)
  }

  async #picture (data: number, end: number): Promise<void> {
    await this.#bytes.hold(data, 12, end)
    this.largest.add(this.#bytes.u32(data + 4), this.#bytes.u32(data + 8))
  }

  /** As 16 bits before the point and 16 after it. */
  async #film (data: number, end: number): Promise<void> {
    await this.#bytes.hold(data, 1, end)
    const at = data + (this.#bytes.byte(data) === 1 ? 88 : 76)
    await this.#bytes.hold(at, 8, end)
    this.largest.add(Math.ceil(this.#bytes.u32(at) / 0x10000), Math.ceil(this.#bytes.u32(at + 4) / 0x10000))
  }

  async #frames (data: number, end: number): Promise<void> {
    await this.#bytes.hold(data, 12, end)
    this.frames = Math.max(this.frames, this.#bytes.u32(data + 8))
  }

  /** Where the first piece of a film lies, of which the first frame is the beginning. */
  async #firstFrame (data: number, end: number, sizeBytes: 4 | 8): Promise<void> {
    await this.#bytes.hold(data, 8, end)
    if (this.#bytes.u32(data + 4) === 0) return
    await this.#bytes.hold(data + 8, sizeBytes, end)
    const from = sizeBytes === 4 ? this.#bytes.u32(data + 8) : this.#bytes.u64(data + 8)
    this.places.count()
    this.places.add({ from, to: this.#bytes.size, isWhole: true })
  }
}
