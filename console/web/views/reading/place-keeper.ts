import type { Place } from '../../../../shared/api/issues.ts'

/** A line this far below the top of the window is what somebody reads. */
const EYE_PX = 96
/** So long after the last scrolling the place is kept. */
const REST_MS = 1_200
/** Pictures and fonts move the text for so long after it is shown. */
const SETTLE_MS = 4_000
/** Above it nobody has begun to read; with so little left everybody has ended. */
const BEGUN_PX = 400

/** Keeps a place for another day; null: there is nothing to keep. */
export type Keep = (place: Place | null) => void

export interface PlaceKeeperOptions {
  /** How much of the text was read, from 0 to 1. */
  tell: (fraction: number) => void
}

/** Knows at which place of the text somebody reads, at any width and size, and leads back to it. */
export class PlaceKeeper {
  #options: PlaceKeeperOptions
  #text: HTMLElement | null = null
  #height = 0
  #blocks: number[] = []
  #place: Place | null = null
  #kept: Place | null = null
  #keep: Keep = () => {}
  /** Until then, or until the reader scrolls, the text is held at the place. */
  #holdUntilMs = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor (options: PlaceKeeperOptions) {
    this.#options = options
    addEventListener('scroll', this.#onScroll, { passive: true })
    for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const) addEventListener(name, this.#onHand, { passive: true })
    addEventListener('resize', this.#onResize)
    addEventListener('pagehide', this.#onLeave)
    document.addEventListener('visibilitychange', this.#onLeave)
  }

  /**
   * Another text is read from now on.
   *
   * @param place where reading stopped another day
   */
  begin (place: Place | null, keep: Keep): void {
    this.leave()
    this.#place = this.#kept = place
    this.#keep = keep
    this.#holdUntilMs = 0
  }

  /** The text goes away: keeps its place now, and not later, when another one may stand there. */
  leave (): void {
    this.#onLeave()
    this.#blocks = []
  }

  end (): void {
    this.leave()
    removeEventListener('scroll', this.#onScroll)
    for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const) removeEventListener(name, this.#onHand)
    removeEventListener('resize', this.#onResize)
    removeEventListener('pagehide', this.#onLeave)
    document.removeEventListener('visibilitychange', this.#onLeave)
  }

  /** The text will be laid out anew, and shall stay at its place. */
  hold (): void {
    this.#holdUntilMs = Date.now() + SETTLE_MS
  }

  /** The text has this height now, and its blocks begin there. Gives whether it was led to a place. */
  laid (text: HTMLElement, height: number, blocks: number[]): boolean {
    const isFirst = this.#blocks.length === 0
    this.#text = text
    this.#height = height
    this.#blocks = blocks
    if (isFirst && this.#place) this.hold()
    const isHeld = this.#place !== null && Date.now() < this.#holdUntilMs
    if (isHeld) scrollTo(0, this.#top() + this.#offsetOf(this.#place!) - EYE_PX)
    this.#look()
    return isFirst && isHeld
  }

  /** Where the text begins on the page. */
  #top (): number {
    return (this.#text?.getBoundingClientRect().top ?? 0) + scrollY
  }

  /** The text flows anew, and the same line shall stay before the eyes. */
  #onResize = (): void => this.hold()

  #onHand = (): void => { this.#holdUntilMs = 0 }

  #onScroll = (): void => {
    if (!this.#text?.isConnected || this.#blocks.length === 0) return
    this.#look()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#save(), REST_MS)
  }

  #onLeave = (): void => {
    clearTimeout(this.#timer)
    this.#save()
  }

  #look (): void {
    if (Date.now() < this.#holdUntilMs) return this.#options.tell(this.#place?.fraction ?? 0)
    const offset = Math.max(0, scrollY + EYE_PX - this.#top())
    const left = this.#top() + this.#height - (scrollY + innerHeight)
    const fraction = left <= 0 ? 1 : Math.min(1, offset / Math.max(1, this.#height))
    const hasBegun = offset > BEGUN_PX
    this.#place = hasBegun && fraction < 1 ? { fraction, block: this.#blockAt(offset) } : null
    this.#options.tell(left <= 0 ? 1 : hasBegun ? fraction : 0)
  }

  #save (): void {
    if (this.#blocks.length === 0 || this.#place?.block === this.#kept?.block) return
    this.#kept = this.#place
    this.#keep(this.#place)
  }

  #blockAt (offset: number): number {
    const next = this.#blocks.findIndex(top => top > offset)
    const block = (next === -1 ? this.#blocks.length : next) - 1
    if (block < 0) return 0
    const top = this.#blocks[block]!
    const end = this.#blocks[block + 1] ?? this.#height
    return block + Math.min(0.999, (offset - top) / Math.max(1, end - top))
  }

  #offsetOf ({ fraction, block }: Place): number {
    const whole = Math.floor(block)
    const top = this.#blocks[whole]
    // It has other blocks than it had: a revision came.
    if (top === undefined) return fraction * this.#height
    return top + (block - whole) * ((this.#blocks[whole + 1] ?? this.#height) - top)
  }
}
