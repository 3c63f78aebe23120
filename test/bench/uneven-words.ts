const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'la', 'me', 'ni', 'ro', 'su']
const FREQUENT = ['', 'the', 'of', 'and', 'to', 'a']
const VOCABULARY = 60_000

/** Words that are as unevenly used as those of a language (60,000, by Zipf), the same ones every time. */
export class UnevenWords {
  #seed = 7

  /** From 0 to 1, without 1. */
  draw (): number {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) >>> 0
    return this.#seed / 2 ** 32
  }

  word (): string {
    const rank = Math.floor(VOCABULARY ** this.draw())
    return FREQUENT[rank] ?? [...String(rank)].map(digit => SYLLABLES[Number(digit)]).join('')
  }

  words (count: number): string { return Array.from({ length: count }, () => this.word()).join(' ') }

  /** A text of exactly so many bytes. */
  text (bytes: number): string {
    const paragraphs: string[] = []
    for (let length = 0; length < bytes; length += paragraphs.at(-1)!.length + 2) paragraphs.push(this.words(60))
    return paragraphs.join('\n\n').slice(0, bytes)
  }
}
