/** Markdown without white space at its end, and without breaks there that break nothing. Goes through the end once. */
export function withoutEnd (markdown: string): string {
  let end = markdown.length
  while (end > 0) {
    const character = markdown[end - 1]!
    const isBreak = character === '\\' && (end === markdown.length || markdown[end] === '\n')
    if (!isBreak && !/\s/.test(character)) break
    end--
  }
  return markdown.slice(0, end)
}
