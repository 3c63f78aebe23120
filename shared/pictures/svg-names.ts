import { NotShown } from './not-shown.ts'

/** Fonts of signs have some thousand, with one each. */
const MOST_ESCAPED = 50_000
/** A style sheet has its colours there, too. */
const MOST_NAMED = 1_000_000

/*
 * A part of a drawing is used by its name, and there are many ways to write one: in an address, with its letters as numbers, in the
 * words of a style sheet. What matters here is never to miss a use. So names are compared up to the first letter that may stand for
 * another, or may not belong to them any more; names that are not the same then are not the same for a browser either.
 */

/** As it is compared. */
export function comparedName (id: string): string {
  return id.replace(/[\s"'();,#\\%][^]*$/, '')
}

/** What a value may name, as it is compared. @throws NotShown */
export function namesIn (readings: Iterable<string>): Set<string> {
  const names = new Set<string>()
  let count = 0
  for (const reading of readings) {
    for (const [, name] of reading.matchAll(/#([^\s"'();,#\\%]*)/g)) {
      if (++count > MOST_NAMED) throw new NotShown('too much is named at once in it')
      names.add(name!)
    }
  }
  return names
}

/** What a value may be, by who reads it: with what style sheets and addresses escape, and without what addresses leave out. @throws NotShown */
export function readingsOf (value: string): Set<string> {
  if (!/[\\%\t\n\r]/.test(value)) return new Set([value])
  return new Set([value, unescaped(value)].flatMap(reading => {
    const stripped = reading.replace(/[\t\n\r]/g, '')
    return [reading, stripped, percentDecoded(stripped, 'utf8'), percentDecoded(stripped, 'latin1')]
  }))
}

/** As addresses escape bytes; browsers take those that are no UTF-8 for Latin-1, or for letters that nobody knows. */
export function percentDecoded (value: string, encoding: 'utf8' | 'latin1'): string {
  return value.replace(/(?:%[\da-f]{2})+/gi, bytes => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(encoding))
}

/** As style sheets escape letters. */
function unescaped (value: string): string {
  let count = 0
  return value.replace(/\\(?:([\da-f]{1,6})(?:\r\n|\s)?|([^]))/gi, (_, code?: string, letter?: string) => {
    if (++count > MOST_ESCAPED) throw new NotShown('too many of its letters are escaped')
    if (code === undefined) return letter === '\n' ? '' : letter!
    const codePoint = parseInt(code, 16)
    const isLetter = codePoint > 0 && codePoint <= 0x10ffff && (codePoint < 0xd800 || codePoint > 0xdfff)
    return isLetter ? String.fromCodePoint(codePoint) : '\ufffd'
  })
}
