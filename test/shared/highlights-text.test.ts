import MarkdownIt from 'markdown-it'
import t from 'tap'
import { highlightsAsMarkdown } from '../../shared/api/highlights-text.ts'
import type { Highlight } from '../../shared/api/highlights.ts'

const HOSTILE = [
  '![x](https://example.org/pixel.png) <img src=https://example.org/a> [bank](https://example.org)', '# Not mine', '- not mine', '1. not mine', '2) not mine',
  '```', '~~~', '***', '---', '===', '> > deep', '\\*plain\\*', '&lt;b&gt; <b>bold</b> `code`', 'a_b_c __d__'
]

t.test('what a stranger wrote stays words, in the highlights that a person takes elsewhere', async t => {
  const highlight: Highlight = {
    id: '0'.repeat(26), ref: `${'1'.repeat(26)}@${'y'.repeat(52)}`, newsletter: 'y'.repeat(52), title: HOSTILE[0]!, newsletterTitle: '<script>', quote: HOSTILE.join('\n'), before: '', start: 0,
    note: '**Mine**', at: '2026-01-01T00:00:00.000Z'
  }
  const html = new MarkdownIt({ html: true }).render(highlightsAsMarkdown([highlight]))
  t.same([...new Set(html.match(/<\/?[a-z0-9]+/g))].sort(), ['</blockquote', '</h2', '</p', '</strong', '<blockquote', '<h2', '<p', '<strong'])
  const words = html.replace(/<[^>]*>/g, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  for (const line of HOSTILE) t.ok(words.includes(line), `${line} is read as it was`)
})
