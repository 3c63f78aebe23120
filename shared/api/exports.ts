import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { IssueParams } from './issues.ts'
import { MachinePath } from './machine-path.ts'
import { NewsletterParams } from './newsletters.ts'

const strict = { additionalProperties: false }

/** `html`: one page with its pictures. `epub`: a book, EPUB 3. `markdown`: a folder of texts and their files. */
export type ExportFormat = Static<typeof ExportFormat>
export const ExportFormat = Type.Union([Type.Literal('html'), Type.Literal('epub'), Type.Literal('markdown')])

/** As one file: Markdown and its files are packed together. */
export const EXPORT_FORMATS: Record<ExportFormat, { ending: string, type: string }> = {
  html: { ending: '.html', type: 'text/html' },
  epub: { ending: '.epub', type: 'application/epub+zip' },
  markdown: { ending: '.zip', type: 'application/zip' }
}

/** Where a page gets the file; `:format` is an {@link ExportFormat}. Not JSON, so not an endpoint of the contract. */
export const exportedFilePaths = {
  issue: '/api/issues/:issue/exported/:format',
  newsletter: '/api/newsletters/:newsletter/exported/:format'
}

export type NewsletterExported = Static<typeof NewsletterExported>
export const NewsletterExported = Type.Object({
  path: Type.String(),
  issues: Type.Integer(),
  /** Issues that are known and not complete here. */
  leftOut: Type.Integer(),
  sizeBytes: Type.Integer()
}, strict)

export const exports = {
  exportIssue: endpoint({
    method: 'POST', path: '/api/issues/:issue/exports',
    summary: 'Write an issue with its signatures into a new folder on the node\'s machine, or in a format that other programs read',
    params: IssueParams, body: Type.Object({ path: MachinePath, format: Type.Optional(ExportFormat) }, strict),
    response: Type.Object({ path: Type.String(), files: Type.Array(Type.String()), sizeBytes: Type.Integer() }, strict)
  }),
  exportNewsletter: endpoint({
    method: 'POST', path: '/api/newsletters/:newsletter/exports', summary: 'Write every complete issue of a newsletter in a format that other programs read',
    params: NewsletterParams, body: Type.Object({ path: MachinePath, format: ExportFormat }, strict), response: NewsletterExported
  })
}
