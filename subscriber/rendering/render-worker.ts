import { parentPort, type MessagePort } from 'node:worker_threads'
import { countWords } from '../../shared/api/word-count.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { SentFailure } from '../library/library-calls.ts'
import { fileNameOf } from './issue-files.ts'
import { renderMarkdown } from './markdown.ts'
import { renderPlainText } from './plain-text.ts'
import type { FromRenderWorker, RenderJob } from './render-job.ts'
import { renderSearchText } from './search-text.ts'

/** What takes the node as a whole a long time to pass on. 4 MiB of prose, the most that the format allows, have 5 million. */
const MOST_CHARACTERS = 16 * 1024 * 1024

function serve (port: MessagePort): void {
  const answer = (message: FromRenderWorker): void => port.postMessage(message)
  port.on('message', (job: RenderJob) => {
    answer({ begun: true })
    try {
      answer({ rendered: render(job) })
    } catch (error) {
      answer({ failure: sentFailure(error) })
    }
  })
}

function render ({ format, markdown, files, urls }: RenderJob): string {
  if (format === 'words') return String(countWords(markdown))
  if (format === 'search') return renderSearchText(markdown)
  const shown = files.filter(file => Object.hasOwn(urls, fileNameOf(file)))
  const html = renderMarkdown(markdown, shown, name => urls[name]!)
  // A short text multiplies when it uses one long definition again and again.
  if (html.length > MOST_CHARACTERS) throw new AppError('TOO_LARGE', 'The text becomes too long when it is shown. Read it as Markdown instead.')
  return format === 'html' ? html : renderPlainText(html)
}

function sentFailure (error: unknown): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  if (isAppError(error)) return { code: error.code, message: error.message, stack }
  // The call stack ran out, or the result is longer than a string can be.
  if (error instanceof RangeError) return { code: 'TOO_LARGE', message: 'The text is too intricate to be shown. Read it as Markdown instead.', stack }
  return { code: 'INTERNAL', message: `The text can not be shown: ${messageOf(error)}`, stack }
}

serve(parentPort!)
