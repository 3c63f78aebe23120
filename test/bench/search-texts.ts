import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { realNewsletters } from '../support/real-newsletters.ts'
import { UnevenWords } from './uneven-words.ts'

const WORDS = 400

/**
 * Texts to search: pieces of real newsletters, shuffled, where COLPORTEUR_REAL_NEWSLETTERS names some, else words that are as
 * unevenly used as those of a language. The same ones every time.
 */
export class SearchTexts {
  static readonly words = WORDS
  #invented = new UnevenWords()
  #paragraphs: string[] = []
  #vocabulary: string[] = []

  static async open (): Promise<SearchTexts> {
    const texts = new SearchTexts()
    texts.#paragraphs = await texts.#someParagraphs()
    texts.#vocabulary = [...new Set(texts.#paragraphs.join(' ').match(/\p{L}{3,}/gu))]
    return texts
  }

  draw (): number { return this.#invented.draw() }

  /** As often as texts have it. */
  word (): string {
    const words = this.#paragraph().match(/\p{L}{3,}/gu) ?? ['word']
    return words[Math.floor(this.draw() * words.length)]!
  }

  /** As it is while somebody types. */
  beginning (): string {
    return this.#vocabulary[Math.floor(this.draw() * this.#vocabulary.length)]!.slice(0, 2 + Math.floor(this.draw() * 3))
  }

  phrase (): string {
    const words = this.#paragraph().match(/\p{L}+/gu) ?? ['word']
    const at = Math.floor(this.draw() * Math.max(1, words.length - 2))
    return words.slice(at, at + 3).join(' ')
  }

  /** Of about {@link SearchTexts.words} words. */
  text (): string {
    const text: string[] = []
    for (let words = 0; words < WORDS;) {
      const paragraph = this.#paragraph()
      text.push(paragraph)
      words += paragraph.split(/\s+/).length
    }
    return text.join('\n\n')
  }

  #paragraph (): string {
    return this.#paragraphs[Math.floor(this.draw() * this.#paragraphs.length)]!
  }

  async #someParagraphs (): Promise<string[]> {
    const texts: string[] = []
    for (const { folder } of await realNewsletters()) {
      for (const name of await readdir(folder, { recursive: true })) if (name.endsWith('.md')) texts.push(await readFile(join(folder, name), 'utf8'))
    }
    const real = texts.flatMap(text => text.split(/\n{2,}/)).filter(text => text.length > 80 && text.length < 2000)
    return real.length > 1000 ? real : Array.from({ length: 5000 }, () => this.#invented.words(60))
  }
}
