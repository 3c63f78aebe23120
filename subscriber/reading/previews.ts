import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Library } from '../library/library.ts'
import type { FileInIssue } from '../rendering/issue-files.ts'
import { type IssuePageHtml, renderPage } from '../rendering/page.ts'
import type { Renderer } from '../rendering/renderer.ts'
import { urlsOf } from './issue-reader.ts'

/** An issue that is not published yet. */
export interface PreviewIssue {
  newsletter: Address
  title: string
  subtitle: string
  /** Null: the newsletter's. */
  language: string | null
  publishedAt: string
  markdown: string
  files: FileInIssue[]
}

/** Shows what is not published yet exactly as readers will see it. */
export class Previews {
  #library: Library
  #renderer: Renderer

  constructor ({ library, renderer }: { library: Library, renderer: Renderer }) {
    this.#library = library
    this.#renderer = renderer
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, TOO_LARGE when the text takes too long to be shown */
  async page (
    { newsletter: address, markdown, files, ...issue }: PreviewIssue, fileUrl: (name: string) => string, stylesheets: string[] = []
  ): Promise<IssuePageHtml> {
    const [newsletter, highestNumber] = await Promise.all([this.#library.newsletter(address), this.#library.highestNumber(address)])
    if (!newsletter) throw new AppError('NEWSLETTER_NOT_FOUND', 'The newsletter of this draft is not on this node.')
    return renderPage({
      ...issue,
      title: issue.title || 'Untitled',
      newsletterTitle: newsletter.title,
      address,
      number: highestNumber + 1,
      revision: 1,
      change: 'original',
      note: '',
      authors: newsletter.authors,
      language: issue.language ?? newsletter.language,
      signer: null
    }, await this.#renderer.html(markdown, files, urlsOf(files, fileUrl)), stylesheets)
  }
}
