import { diffLines } from 'diff'
import type { Difference } from '../../shared/api/revisions.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'

/** Two texts that have nothing in common take long to compare; then all is told as changed. */
const COMPARE_MS = 200
/** Of both together. Nobody looks through more, and it would take the node seconds to tell them. */
const COMPARED_LINES = 50_000

/** Line by line: in both, in the earlier alone, in the later alone. Null where there are too many lines to compare. */
export function compareTexts (from: string, to: string): Difference['lines'] | null {
  if (from === to && linesOf(from) > COMPARED_LINES / 2) return []
  if (linesOf(from) + linesOf(to) > COMPARED_LINES) return null
  const parts = diffLines(from, to, { timeout: COMPARE_MS }) ?? [{ value: from, removed: true }, { value: to, added: true }]
  return parts.flatMap(({ value, removed, added }) => {
    const kind = removed ? 'removed' as const : added ? 'added' as const : 'same' as const
    return value.replace(/\n$/, '').split('\n').map(text => ({ kind, text }))
  }).filter(({ text }, i, all) => all.length > 1 || text !== '' || i > 0)
}

/** Counts no further than it matters. */
function linesOf (text: string): number {
  let lines = 1
  for (let end = text.indexOf('\n'); end !== -1 && lines <= COMPARED_LINES; end = text.indexOf('\n', end + 1)) lines++
  return lines
}

/** What the manifests say otherwise, besides the text, as people read it. */
export function fieldsBetween (from: IssueManifest, to: IssueManifest): Difference['fields'] {
  const [before, after] = [fieldsOf(from), fieldsOf(to)]
  return Object.keys(before).flatMap(name => before[name] === after[name] ? [] : [{ name, from: before[name]!, to: after[name]! }])
}

function fieldsOf ({ title, subtitle = '', summary = '', authors, tags = [], language, files }: IssueManifest): Record<string, string> {
  return {
    title,
    subtitle,
    summary,
    authors: authors.map(({ name }) => name).join(', '),
    tags: tags.join(', '),
    language,
    files: files.map(({ path, size, blake2b }) => `${path} (${size} bytes, ${blake2b.slice(0, 8)})`).sort().join('\n')
  }
}
