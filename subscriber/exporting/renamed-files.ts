/** What a target begins behind, in a link, in a definition, or in HTML. */
const BEGIN = '(?:\\]\\(\\s*<?|\\]:\\s*<?|\\b(?:src|href)\\s*=\\s*["\']?)(?:\\./)?'
/** What ends a target in Markdown, or the part of it that names a file. */
const END = '(?=[\\s)>"\'#?\\]]|$)'

/**
 * A Markdown text that leads to its files by other names, wherever a link or a picture leads into its own `files/`, as authors and
 * programs write it: plainly, or with what an address may not have as `%20`.
 *
 * @param names old name -> new name
 */
export function withRenamedFiles (markdown: string, names: Map<string, string>): string {
  const spelled = new Map<string, string>()
  for (const [name, other] of names) {
    if (name !== other) for (const spelling of [name, encodeURI(name), encodeURIComponent(name)]) spelled.set(spelling, encodeURIComponent(other))
  }
  if (spelled.size === 0) return markdown
  const longestFirst = [...spelled.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<=${BEGIN}files/)(?:${longestFirst.map(plainly).join('|')})${END}`, 'g')
  return markdown.replace(pattern, spelling => spelled.get(spelling)!)
}

/** As a regular expression takes it for itself. */
function plainly (text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
