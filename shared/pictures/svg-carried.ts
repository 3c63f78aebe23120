import { NotShown } from './not-shown.ts'
import { pictureType } from './picture-type.ts'
import { percentDecoded } from './svg-names.ts'

/** Programs bring along a photograph, and sometimes each sign of a map. */
const MOST_FILES = 10_000
/** None of the letters of base64: there the address ends, in a style sheet. */
const BASE64_END = /["'()#<>]/
/** How fonts begin: of the web, and those of before. */
const FONTS = new Set(['wOFF', 'wOF2', 'OTTO', 'true', 'ttcf', '\0\u0001\0\0'])

/**
 * The files that a drawing brings along in addresses (`data:`). Whether one is a picture its content says: browsers do not believe
 * what an address says of it.
 */
export class CarriedFiles {
  #addresses = new Set<string>()

  /** @param readings what a value may be, by who reads it @throws NotShown */
  add (readings: Iterable<string>): void {
    for (const reading of readings) {
      if (!/data:/i.test(reading)) continue
      // Each ends where the next begins: what that cuts off is damaged, which is found out.
      const [, ...addresses] = reading.split(/data:/i)
      for (const address of addresses) this.#addresses.add(address.replace(/[\t\n\r]/g, ''))
      if (this.#addresses.size > MOST_FILES) throw new NotShown(`it brings along more than ${MOST_FILES.toLocaleString('en')} files`)
    }
  }

  /** The pictures among them. @throws NotShown for what is no picture that is shown, and may be one to a browser */
  get pictures (): Buffer[] { return [...this.#addresses].flatMap(picturesOf) }
}

/** @param address without `data:`; something else may follow, as in a style sheet */
function picturesOf (address: string): Buffer[] {
  const comma = address.indexOf(',')
  if (comma === -1) return []
  const [says, content] = [address.slice(0, comma), address.slice(comma + 1)]
  const bytes = Buffer.from(percentDecoded(content, 'latin1'), 'latin1')
  // A letter that is no byte is another here than in a browser, and no program writes a picture so.
  if (pictureType(bytes) !== null) throw new NotShown('there is a picture in it that is written by its letters')
  if (/%[\da-f]{2}/i.test(content)) checkKind(bytes)
  return [says, percentDecoded(says, 'latin1')].some(said => /base64/i.test(said)) ? pictureIn(bytes.toString('latin1')) : []
}

function pictureIn (letters: string): Buffer[] {
  const end = letters.search(BASE64_END)
  const bytes = Buffer.from(end === -1 ? letters : letters.slice(0, end), 'base64')
  if (pictureType(bytes) !== null) return [bytes]
  checkKind(bytes)
  return []
}

/** @throws NotShown for what is neither a text nor a font: browsers show pictures of many kinds */
function checkKind (bytes: Buffer): void {
  const isText = bytes.subarray(0, 64).every(byte => byte >= 0x09 && byte < 0x80)
  if (!isText && !FONTS.has(bytes.toString('latin1', 0, 4))) throw new NotShown('there is something in it that is no picture of a kind that is shown')
}
