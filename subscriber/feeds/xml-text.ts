/** Text without what no XML document may hold, not even escaped: most control characters, lone surrogates, U+FFFE and U+FFFF. */
export function xmlText (text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
}
