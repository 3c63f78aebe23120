import { NotShown } from './not-shown.ts'

/** No program makes a picture of more parts, or a film of more tracks. */
const MOST_PLACES = 10_000

/** Begin and end in the file of coded data, or of its first piece. */
export interface CodedPlace { from: number, to: number, isWhole: boolean }

/** Where the coded data of an AVIF lies: each place once, however often it is named. */
export class CodedPlaces {
  #places = new Map<string, CodedPlace>()
  #named = 0

  /** One more is named. @throws NotShown when there are too many, the same or not */
  count (): void {
    if (++this.#named > MOST_PLACES) throw new NotShown('it is damaged')
  }

  add (place: CodedPlace): void { this.#places.set(`${place.from} ${place.to} ${place.isWhole}`, place) }

  [Symbol.iterator] (): Iterator<CodedPlace> { return this.#places.values() }
}
