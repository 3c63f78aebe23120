import type { Highlight } from './highlights.ts'

/** Highlights as Markdown: each quote with its note below it, by issue, in the order of the text. */
export function highlightsAsMarkdown (highlights: Highlight[]): string {
  const byIssue = new Map<string, Highlight[]>()
  for (const highlight of highlights) byIssue.set(highlight.ref, [...byIssue.get(highlight.ref) ?? [], highlight])
  return [...byIssue.values()].map(inIssue => {
    const { title, newsletterTitle, ref, newsletter } = inIssue[0]!
    const parts = inIssue.sort((a, b) => a.start - b.start).map(({ quote, note }) => `${quoted(quote)}\n${note && `\n${note.trim()}\n`}`)
    return `## ${literal(oneLine(title)) || 'An issue that is not here'}\n\n${literal(oneLine(newsletterTitle))} · colporteur://${newsletter}/${ref.split('@')[0]}\n\n${parts.join('\n')}`
  }).join('\n')
}

/** What a stranger wrote must not become a heading, or a list, of one's own. */
function quoted (text: string): string {
  return text.trim().split(/\s*\n\s*/).map(line => `> ${literal(line).replace(/^([#>+=~-])/, '\\$1').replace(/^(\d+)([.)])/, '$1\\$2')}`).join('\n')
}

/** Nor a picture that is fetched from somewhere, a link under other words, or HTML. */
function literal (text: string): string {
  return text.replace(/[\\`*_[\]<>&]/g, '\\$&')
}

function oneLine (text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
