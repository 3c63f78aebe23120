import { unescape } from 'node:querystring'
import { NotShown } from './not-shown.ts'

/** Programs bring along a photograph, and sometimes each sign of a map. */
const MOST_FILES = 10_000
/** None of the letters of base64: there the address ends, in a style sheet. */
const BASE64_END = /["'()#<>]/

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

  get all (): Buffer[] { return Array.from(this.#addresses, bytesOf) }
}

/** @param address without `data:`; something else may follow, as in a style sheet */
function bytesOf (address: string): Buffer {
  const comma = address.indexOf(',')
  if (comma === -1) return Buffer.alloc(0)
  const [says, content] = [unescape(address.slice(0, comma)), address.slice(comma + 1)]
  if (!/;\s*base64\s*$/i.test(says)) return Buffer.from(content.replace(/%([\da-f]{2})/gi, (_, hexadecimal: string) => String.fromCharCode(parseInt(hexadecimal, 16))), 'latin1')
  const letters = unescape(content)
  const end = letters.search(BASE64_END)
  return Buffer.from(end === -1 ? letters : letters.slice(0, end), 'base64')
}
