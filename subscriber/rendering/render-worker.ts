import type { Difference } from '../../shared/api/revisions.ts'
import { countWords } from '../../shared/api/word-count.ts'
import { AppError } from '../../shared/errors.ts'
import { serveJobs } from '../../shared/serve-jobs.ts'
import { type Adapted, adaptHtml } from '../exporting/adapt-html.ts'
import { withRenamedFiles } from '../exporting/renamed-files.ts'
import { compareTexts } from '../reading/compare.ts'
import { fileNameOf } from './issue-files.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPlainText } from './plain-text.ts'
import { IN_WORDS, type MarkdownJob, type RenderJob } from './render-job.ts'
import { renderSearchText } from './search-text.ts'

/** What takes the node as a whole a long time to pass on. 4 MiB of prose, the most that the format allows, have 5 million. */
const MOST_CHARACTERS = 16 * 1024 * 1024

function render (job: RenderJob): string | Adapted | Difference['lines'] | null {
  switch (job.format) {
    case 'adapted': {
      const adapted = adaptHtml(job.html, job.adapting)
      return { ...adapted, html: notTooLong(adapted.html) }
    }
    case 'renamed': return withRenamedFiles(job.markdown, job.names)
    case 'compared': return compareTexts(job.from, job.to)
    default: return rendered(job)
  }
}

function rendered ({ format, markdown, files, urls }: MarkdownJob): string {
  if (format === 'words') return String(countWords(markdown))
  if (format === 'search') return renderSearchText(markdown)
  const shown = files.filter(file => Object.hasOwn(urls, fileNameOf(file)))
  const html = notTooLong(renderMarkdown(markdown, shown, name => urls[name]!))
  return format === 'html' ? html : renderPlainText(html)
}

/** A short text multiplies when it uses one long definition again and again. */
function notTooLong (html: string): string {
  if (html.length > MOST_CHARACTERS) throw new AppError('TOO_LARGE', 'The text becomes too long when it is shown. Read it as Markdown instead.')
  return html
}

serveJobs(IN_WORDS, render)
