import { NotShown } from './not-shown.ts'

const XML = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]])
/**
 * Pieces of text by name, which some drawing programs write for the addresses of their own marks. Longer ones, and those made of
 * others or of tags, multiply.
 */
const MOST_CHARACTERS = 200

/** A photograph that a drawing brings along may have one at the end of each line. */
const MOST_REFERENCES = 200_000

/** Letters that a drawing names instead of writing them: by their number (`&#35;`), or by names that it declares. */
export class SvgReferences {
  #entities: ReadonlyMap<string, string>
  #read = 0

  /** @throws NotShown */
  constructor (entities: ReadonlyMap<string, string>) {
    this.#entities = entities
    for (const value of entities.values()) if (value.length > MOST_CHARACTERS || /[&%<]/.test(value)) throw repeats()
  }

  /** What it says to who follows the references. @throws NotShown */
  read (value: string): string {
    if (!value.includes('&')) return value
    return value.replace(/&(?:#(\d+)|#x([\da-f]+)|([^\s&;#]+));/gi, (_, decimal?: string, hexadecimal?: string, name?: string) => {
      if (++this.#read > MOST_REFERENCES) throw new NotShown('too many of its letters are written by their numbers')
      if (name === undefined) return letter(decimal === undefined ? parseInt(hexadecimal!, 16) : Number(decimal))
      const named = XML.get(name) ?? this.#entities.get(name)
      // Browsers know more of them, if they are told that it is a page.
      if (named === undefined) throw new NotShown('it names pieces of text that it does not have')
      return named
    })
  }

  /** @throws NotShown when a text becomes longer than `most` by what it names */
  checkLength (text: string, most: number): void {
    if (this.#entities.size === 0) return
    let length = text.length
    for (const [, name] of text.matchAll(/&([^\s&;#]+);/g)) {
      length += this.#entities.get(name!)?.length ?? 0
      if (length > most) throw repeats()
    }
  }
}

function letter (codePoint: number): string { return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '' }
function repeats (): NotShown { return new NotShown('it repeats text until it is very large') }
