import { countWords } from '../../shared/api/word-count.ts'
import { AppError } from '../../shared/errors.ts'
import { serveJobs } from '../../shared/serve-jobs.ts'
import { fileNameOf } from './issue-files.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPlainText } from './plain-text.ts'
import { IN_WORDS, type RenderJob } from './render-job.ts'
import { renderSearchText } from './search-text.ts'

/** What takes the node as a whole a long time to pass on. 4 MiB of prose, the most that the format allows, have 5 million. */
const MOST_CHARACTERS = 16 * 1024 * 1024

function render ({ format, markdown, files, urls }: RenderJob): string {
  if (format === 'words') return String(countWords(markdown))
  if (format === 'search') return renderSearchText(markdown)
  const shown = files.filter(file => Object.hasOwn(urls, fileNameOf(file)))
  const html = renderMarkdown(markdown, shown, name => urls[name]!)
  // A short text multiplies when it uses one long definition again and again.
  if (html.length > MOST_CHARACTERS) throw new AppError('TOO_LARGE', 'The text becomes too long when it is shown. Read it as Markdown instead.')
  return format === 'html' ? html : renderPlainText(html)
}

serveJobs(IN_WORDS, render)
