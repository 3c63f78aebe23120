import { isIP } from 'node:net'

const V4 = String.raw`\d{1,3}(?:\.\d{1,3}){3}`
const V6 = String.raw`[\da-f]{0,4}:[\da-f:]*`
/** The letters of a line end and the like, as a line of JSON has them, are no part of a word. */
const ESCAPE = String.raw`(?<=\\[bfnrt]|\\u[\da-f]{4})`
/** A word that is no group of digits may stand before it, as in `host:`. */
const NAMED = String.raw`(?<=(?:[g-z_]\w*|\w{5}):)`
/** What may be an IP address, with or without a port behind it; not the end of a word, a time or another number. */
const CANDIDATES = new RegExp(String.raw`(?:(?<![\w.:])|${ESCAPE}|${NAMED})(?:${V6}${V4}|${V6})(?!\w)|(?:(?<![\w.])|${ESCAPE})${V4}(?!\w)`, 'gi')

/** A text in which nothing says where a machine is: errors of sockets name the other side. */
export function withoutAddresses (text: string): string {
  return text.replace(CANDIDATES, found => isAddress(found) ? '[address]' : found)
}

/** Of the sixth version a port stands behind its last colon, as Node writes it. */
function isAddress (found: string): boolean {
  return isIP(found) !== 0 || isIP(found.replace(/:\d+$/, '')) !== 0
}
