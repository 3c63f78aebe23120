/** What a picture claims to be. */
export interface PictureSize {
  /** Pixels; null where it says nothing of it, as an SVG may. */
  width: number | null
  height: number | null
  frames: number
  /** Pictures that it brings along, as an SVG may. */
  carried?: Uint8Array[]
}

/** Around all that was said: what is shown is never larger than the largest claim. */
export class LargestSize {
  #size: PictureSize = { width: 0, height: 0, frames: 0 }

  /** @param frames how many more it has */
  add (width: number, height: number, frames = 0): void {
    this.#size = { width: Math.max(this.#size.width!, width), height: Math.max(this.#size.height!, height), frames: this.#size.frames + frames }
  }

  get size (): PictureSize { return this.#size }
}
