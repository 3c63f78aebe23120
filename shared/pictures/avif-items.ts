import type { CodedPlaces } from './coded-places.ts'
import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'

/** Where the parts of an AVIF lie that are coded as AV1, as the boxes `iinf`, `iloc` and `idat` say (ISO/IEC 14496-12, 8.11). */
export class AvifItems {
  #bytes: PictureBytes
  #places: CodedPlaces
  #coded = new Set<number>()
  #located: { id: number, isInner: boolean, offset: number, length: number, isWhole: boolean }[] = []
  #innerAt = 0

  constructor (bytes: PictureBytes, places: CodedPlaces) {
    this.#bytes = bytes
    this.#places = places
  }

  /** Tells where the first piece of each lies: what an item is, and from where its place counts, may stand behind its place. */
  tell (): void {
    for (const { id, isInner, offset, length, isWhole } of this.#located) {
      if (!this.#coded.has(id)) continue
      const from = offset + (isInner ? this.#innerAt : 0)
      this.#places.add({ from, to: length === 0 ? this.#bytes.size : from + length, isWhole })
    }
  }

  /** Of the box `idat`. */
  inner (data: number): void { this.#innerAt = data }

  /** The box `infe`: what an item is. */
  async item (data: number, end: number): Promise<void> {
    await this.#bytes.hold(data, 1, end)
    const version = this.#bytes.byte(data)
    if (version < 2) return
    const idBytes = version === 2 ? 2 : 4
    await this.#bytes.hold(data, 4 + idBytes + 6, end)
    if (this.#bytes.text(data + 4 + idBytes + 2, 4) === 'av01') this.#coded.add(this.#number(data + 4, idBytes))
  }

  /** The box `iloc`: where items lie. */
  async locations (data: number, end: number): Promise<void> {
    const bytes = this.#bytes
    await bytes.hold(data, 8, end)
    const version = bytes.byte(data)
    const [offsetBytes, lengthBytes] = [bytes.byte(data + 4) >> 4, bytes.byte(data + 4) & 0xf]
    const [baseBytes, indexBytes] = [bytes.byte(data + 5) >> 4, version === 0 ? 0 : bytes.byte(data + 5) & 0xf]
    if (version > 2 || [offsetBytes, lengthBytes, baseBytes, indexBytes].some(size => ![0, 4, 8].includes(size))) throw damaged()
    const idBytes = version === 2 ? 4 : 2
    await bytes.hold(data + 6, idBytes, end)
    const count = this.#number(data + 6, idBytes)
    const [methodBytes, extentBytes] = [version === 0 ? 0 : 2, indexBytes + offsetBytes + lengthBytes]
    let at = data + 6 + idBytes
    for (let i = 0; i < count; i++) {
      const headBytes = idBytes + methodBytes + 2 + baseBytes + 2
      await bytes.hold(at, headBytes, end)
      const id = this.#number(at, idBytes)
      const isInner = methodBytes > 0 && (bytes.u16(at + idBytes) & 0xf) === 1
      const base = this.#number(at + idBytes + methodBytes + 2, baseBytes)
      const extents = bytes.u16(at + headBytes - 2)
      this.#places.count()
      at += headBytes
      if (extents > 0) {
        await bytes.hold(at, extentBytes, end)
        const offset = base + this.#number(at + indexBytes, offsetBytes)
        const length = this.#number(at + indexBytes + offsetBytes, lengthBytes)
        this.#located.push({ id, isInner, offset, length, isWhole: extents === 1 })
      }
      at += extents * extentBytes
      if (at > end) throw damaged()
    }
  }

  #number (at: number, sizeBytes: number): number {
    if (sizeBytes === 0) return 0
    return sizeBytes === 2 ? this.#bytes.u16(at) : sizeBytes === 4 ? this.#bytes.u32(at) : this.#bytes.u64(at)
  }
}

function damaged (): NotShown { return new NotShown('it is damaged') }
