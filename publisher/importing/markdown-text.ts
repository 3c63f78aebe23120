/** How plain text, addresses and lines are written in Markdown so that they mean nothing else. */

/** Plain text as Markdown: what would be markup is escaped. Entities stay, since Markdown reads them, too. */
export function escapeText (text: string): string {
  // An underscore inside a word marks nothing, and names like snake_case stay readable.
  return text.replace(/[\\`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
}

/** A line of a paragraph, escaped when it would open a list, a heading, a quotation, a rule or code. */
export function escapeLineStart (line: string): string {
  const number = /^\d{1,9}(?=[.)](\s|$))/.exec(line)
  if (number) return `${number[0]}\\${line.slice(number[0].length)}`
  const opens = /^([-+*](?=\s|$)|#{1,6}(?=\s|$)|>|(=+|-+)\s*$|([*_-])(\s*\3){2,}\s*$|`{3}[^`]*$|~{3})/.test(line)
  return opens ? `\\${line}` : line
}

/** An address as a link's target. Percent-encodes what would end it. */
export function linkTarget (address: string): string {
  return address.replace(/[\n\r\t]/g, '').trim()
    .replace(/[\s<>()\\|[\]`]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replace(/&(?=#?\w+;)/g, '&amp;')
}

/** Text as a code span, with as many backticks as it takes. */
export function codeSpan (text: string): string {
  const code = text.replace(/\s+/g, ' ').trim()
  if (code === '') return ''
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${code}${pad}${fence}`
}

/** The text that Markdown source without further markup stands for. */
export function unescapeText (markdown: string): string {
  return decodeEntities(markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1'))
}

const entities: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'', nbsp: '\u00a0', mdash: '—', ndash: '–', hellip: '…', copy: '©', reg: '®',
  lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', middot: '·', bull: '•', times: '×'
}

/** Resolves numbered entities and the common named ones; others stay as written. */
export function decodeEntities (text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{2,8}));/g, (whole, decimal, hex, name) => {
    if (name) return Object.hasOwn(entities, name) ? entities[name]! : whole
    const code = decimal ? Number(decimal) : parseInt(hex, 16)
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code)
  })
}

/** One line without control characters, of at most `maxLength` characters: for a title, a name, an alternative text. */
export function plainLine (text: string, maxLength: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, ' ').trim()
  if (line.length <= maxLength) return line
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '').trimEnd()}…`
}
